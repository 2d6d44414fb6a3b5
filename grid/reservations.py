"""What of the grid is promised to whom: reserved, moved, kept and released, in the transaction of
whoever calls.

The elements of a way are locked in the order of their keys, so that no two promises see the same
room; a trigger is the referee. Whoever calls holds the lock of the case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from core.clock import CityNow
from core.problems import FieldError, Invalid
from core.templatetags.city import figure
from grid.figures import limit_words
from grid.models import Element, Hold, Open, Reservation

Ending = Reservation.Ending
#: Another text after every promise that is made or ends, for pages that are kept.
NEWEST_CHANGE: Final = """concat_ws(' ', (SELECT max(id) FROM grid_reservation),
    (SELECT max(ended_at) FROM grid_reservation WHERE ended_at IS NOT NULL),
    (SELECT max(id) FROM grid_waiting))"""
#: Where a body names the element of a source.
POINTER: Final = "/supply/{}/element"


@dataclass(frozen=True)
class Wanted:
    """So many kVA of an element, until a day that is planned (None: for good)."""

    code: str
    kva: Decimal
    until: datetime | None = None


def lock_ways(wanted: Iterable[Wanted], case_ref: UUID | None = None) -> None:
    """Lock the elements wanted and all that feeds them, in the order of their keys; with them those
    on which a case holds something, for it may give that up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM grid_element WHERE id IN ("
            " SELECT way.id FROM grid_element e, LATERAL grid_way(e.id) way WHERE e.code = ANY(%s)"
            " UNION SELECT h.element_id FROM grid_hold h"
            " JOIN grid_reservation r ON r.id = h.reservation_id WHERE r.case_ref = %s"
            ") ORDER BY id FOR NO KEY UPDATE",
            [[each.code for each in wanted], case_ref],
        )


def _held_by(case_ref: UUID) -> QuerySet[Reservation]:
    """What is promised to a case, to be changed: the totals of all that it counts on move with it,
    and are moved in the order of the elements."""
    lock_ways([], case_ref)
    return Reservation.objects.filter(case_ref=case_ref, ended_at=None)


def reserve(
    *,
    case_ref: UUID,
    number: str,
    wanted: Sequence[Wanted],
    at: datetime,
    lapses_at: datetime | None = None,
    pointer: str = POINTER,
) -> list[Reservation]:
    """Reserve what a case needs in place of what it had, all of it or nothing.

    Args:
        wanted: one of each source, the first one first.
        at: the instant of the act's entry.
        lapses_at: when the plan lapses that it belongs to; None: it does not.

    Raises:
        Invalid: an element has no room, is limited or unknown; `pointer` names it, with a place
            for the number of the source.
    """
    lock_ways(wanted, case_ref)
    end(case_ref, at, Ending.MOVED)
    made = []
    for source, each in enumerate(wanted, 1):
        element = _with_room(each, at, pointer.format(source - 1))
        reservation = Reservation.objects.create(
            case_ref=case_ref, number=number, source=source, element=element, kva=each.kva,
            from_at=at, until_at=each.until, lapses_at=lapses_at,
        )  # fmt: skip
        keys = way_of(element)
        Hold.objects.bulk_create(
            Hold(reservation=reservation, element_id=key) for key in sorted(keys)
        )
        made.append(reservation)
    return made


def _with_room(wanted: Wanted, at: datetime, pointer: str) -> Element:
    element: Element | None = with_room(at, wanted.until).filter(code=wanted.code).first()
    if element is None:
        reason = _("There is no element of the grid with this code.")
    elif why := why_not(element, wanted.kva):
        reason = why[0]
    else:
        return element
    raise Invalid([FieldError(pointer, reason)])


def known(code: str) -> Element | None:
    """The element with its figures and its `open_kva` now; None where none is published."""
    return with_room().filter(code=code).first()


def with_room(since: datetime | None = None, until: datetime | None = None) -> QuerySet[Any]:
    """The published elements, each with `open_kva`, what its whole way can still take from an
    instant (None: now) until another (None: for good)."""
    rows = Element.objects.filter(row__isnull=False).select_related("row", "limited_by__row")
    return rows.annotate(open_kva=Open("pk", since, until))


def why_not(element: Any, kva: Decimal) -> list[str]:
    """Why an element of `with_room` cannot take so much; empty where it can."""
    said = []
    if limited := limit_words(element):
        said.append(limited)
    if element.open_kva is None:
        said.append(_("What it can still take is not known."))
    elif element.open_kva < kva:
        room = figure(max(element.open_kva, Decimal(0)).normalize())
        words = _("Can still take %(room)s kVA; %(need)s kVA are needed.")
        said.append(words % {"room": room, "need": figure(kva.normalize())})
    return said


def way_of(element: Element) -> list[int]:
    """The keys of an element and of everything that feeds it, from it upward."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM grid_way(%s) ORDER BY depth", [element.pk])
        return [key for (key,) in cursor.fetchall()]


def holding() -> Q:
    """What has not lapsed, of reservations that have not ended."""
    return Q(connected_at__isnull=False) | Q(lapses_at=None) | Q(lapses_at__gt=CityNow())


def of_case(case_ref: UUID) -> QuerySet[Reservation]:
    """What is promised to a case now, by source; what has lapsed is not."""
    rows = Reservation.objects.filter(holding(), case_ref=case_ref, ended_at=None)
    return rows.select_related("element__row").order_by("source")


def end(case_ref: UUID, at: datetime, ending: str) -> None:
    """End what is promised to a case: its room is free in the same transaction."""
    _held_by(case_ref).update(ended_at=at, ending=ending)


@transaction.atomic
def end_lapsed() -> int:
    """Write down what has lapsed by the city's clock; it holds no room since then already."""
    lapsed = Reservation.objects.filter(ended_at=None, connected_at=None, lapses_at__lte=CityNow())
    held = Hold.objects.filter(reservation__in=lapsed)
    list(
        Element.objects.filter(pk__in=held.values("element"))
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    return lapsed.update(ended_at=F("lapses_at"), ending=Ending.LAPSED)


def lapse_at(case_ref: UUID, lapses_at: datetime | None) -> None:
    """Let it lapse later; None: no more, for what is planned is being built. What has lapsed stays
    so: its room may be somebody else's."""
    holds = Q(lapses_at=None) | Q(lapses_at__gt=CityNow())
    _held_by(case_ref).filter(holds).update(lapses_at=lapses_at)


def connect(case_ref: UUID, at: datetime) -> None:
    """The power is on: it counts until the figures of the elements are of a later day."""
    _held_by(case_ref).update(connected_at=at, lapses_at=None)
