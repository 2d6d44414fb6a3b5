"""What the supply company reads of its grid: elements with their figures, what is promised of each,
who waits, and where more is promised than there is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import COMPANY
from applications.work.queries import desk_cases
from core.problems import Forbidden, Missing
from grid.figures import with_figures
from grid.models import Element, ElementRow, Reservation, Waiting
from grid.reservations import holding, way_of, with_room

#: That of the index of the rows that stand.
ORDER: Final = ("district", "code", "id")
#: Where a row has no district any more, by code.
SHORT_ORDER: Final = ("code",)
#: The first promised first.
PROMISED_ORDER: Final = ("from_at", "id")
#: Rows of what stands beside an element.
SHOWN: Final = 20


def must_read(user: User) -> None:
    """Raises Forbidden for whoever is not of the supply company."""
    if user.role_in(*COMPANY) is None:
        raise Forbidden(_("Only the supply company reads what is promised of its grid."))


def own_districts(user: User) -> set[str] | None:
    """Of the person's roles; None: all."""
    return user.districts(*COMPANY)


def elements() -> QuerySet[Any]:
    """The published elements with their figures now."""
    return with_figures(ElementRow.objects.standing())


def element(code: str) -> Element:
    """Raises Missing where there never was one of this code."""
    found = Element.objects.select_related("row", "parent").filter(code=code).first()
    if found is None:
        raise Missing
    return found


def figures_of(found: Element) -> Any:
    """Its row with its figures; None where it is withdrawn."""
    return elements().filter(pk=found.row_id).first()


def way_up(found: Element) -> list[Any]:
    """Everything that feeds an element, the nearest first, each with `open_kva`."""
    keys = way_of(found)[1:]
    rows = with_room().in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def hanging(found: Element) -> QuerySet[Any]:
    """What hangs directly below an element, with its figures."""
    return elements().filter(element__parent=found).order_by(*ORDER)


def history(found: Element) -> list[ElementRow]:
    """The newest rows that were published of an element."""
    rows = ElementRow.objects.filter(code=found.code).select_related("publication")
    return list(rows.order_by("-id")[:SHOWN])


def promised(found: Element) -> QuerySet[Reservation]:
    """What is promised of an element or below it, and holds now."""
    return Reservation.objects.filter(holding(), holds__element=found, ended_at=None)


def waiting_for(found: Element) -> QuerySet[Waiting]:
    return Waiting.objects.filter(element=found, ended_at=None).order_by("since", "id")


def readable(numbers: Iterable[str], user: User) -> set[str]:
    """Those of some numbers of cases that the person may read; one statement."""
    found = desk_cases(user).filter(number__in=list(numbers))
    return set(found.order_by().values_list("number", flat=True))


@dataclass(frozen=True, slots=True)
class Shortage:
    """More of an element is promised than there is, since its figures were lowered.

    `room_kva`: what it can take by its own figures, below 0 where its load is above its rating;
    None: not known any more.
    """

    room_kva: Decimal | None
    promised_kva: Decimal

    @property
    def short_kva(self) -> Decimal:
        return self.promised_kva - max(self.room_kva or Decimal(0), Decimal(0))


def shortages() -> dict[int, Shortage]:
    """By the key of the element; one statement, which reads what is promised and nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT element, room, promised FROM grid_shortages()")
        return {key: Shortage(room, kva) for key, room, kva in cursor.fetchall()}


def short_for(user: User) -> int:
    """How many elements of a person's districts are short."""
    short, own = shortages(), own_districts(user)
    districts = None if own is None else sorted(own)
    return short_elements(short, districts).count() if short else 0


def short_elements(keys: Iterable[int], districts: Sequence[str] | None) -> QuerySet[Element]:
    """Elements by their keys, those of some districts (None: all) and those withdrawn."""
    found = Element.objects.filter(pk__in=list(keys)).select_related("row__publication")
    if districts is None:
        return found
    return found.filter(Q(row=None) | Q(row__district__in=districts))
