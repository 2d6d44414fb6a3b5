"""Which outages that are known take the power from a place, for whoever finds it out: surely by the
customer's own number and what feeds it, likely by the words of the street."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import F, Q, QuerySet

from core.clock import city_now
from core.reading import canonical
from grid.points.models import ConnectionPoint, EnergisedPoint
from reliability.outages.models import Outage
from reliability.outages.workflow import IS_OFF, OutageState
from reliability.reports.models import Report
from reliability.reports.place import is_in

#: Outages that take the power from a code, wherever above it they do.
ABOVE: Final = """
SELECT DISTINCT e.outage_id FROM reliability_outageelement e
WHERE e.outage_id = ANY(%(outages)s) AND EXISTS (
    SELECT FROM grid_below(e.element_id, %(at)s) b WHERE b.code = ANY(%(codes)s)
)
"""
#: Outages of one district that are looked at.
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Known:
    """`sure`: it takes the power from the very customer; else from their street. `until` is when
    power is expected back; None where nobody has said it."""

    outage: Outage
    sure: bool

    @property
    def until(self) -> datetime | None:
        return self.outage.expected_at or self.outage.planned_until


def on_now(now: datetime) -> QuerySet[Outage]:
    """Those that take power from somebody: it is off, or was to be off by now."""
    planned = Q(
        state=OutageState.ANNOUNCED, planned_from__lte=now, planned_until__gt=now
    )  # fmt: skip
    return Outage.objects.filter(Q(state__in=IS_OFF) | planned)


def known_at(*, district: str, street: str, point: str) -> list[Known]:
    """The sure ones first, then the latest; four statements at most.

    Args:
        street: as `reliability.reports.place.street_in` reads it; empty: not known.
        point: the number of a customer or meter as it was typed; empty: not known.
    """
    now = city_now()
    found = list(on_now(now).filter(district=district).order_by(F("begins_at").desc())[:MOST])
    sure = _above(point, found, now) if point and found else set()
    known = [
        Known(outage, outage.pk in sure)
        for outage in found
        if outage.pk in sure or is_in(street, outage.area)
    ]
    return sorted(known, key=lambda each: not each.sure)


def _above(point: str, outages: list[Outage], now: datetime) -> set[int]:
    """Which of the outages take the power from a customer or meter."""
    typed = canonical(point)
    numbers = (typed, typed.upper())
    published = ConnectionPoint.objects.standing().filter(code__in=numbers)
    since = EnergisedPoint.objects.filter(code__in=numbers, element__isnull=False)
    codes = [
        *published.values_list("element", flat=True),
        *since.values_list("element__code", flat=True),
    ]
    if not codes:
        return set()
    values: dict[str, Any] = {"outages": [each.pk for each in outages], "at": now, "codes": codes}
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, values)
        return {pk for (pk,) in cursor.fetchall()}


def known_of(report: Report) -> list[Known]:
    """Those that whoever reported that the power is out is told of; the one that was entered stands
    alone."""
    if report.head.outage is not None:
        return [Known(report.head.outage, sure=True)]
    return known_at(district=report.district, street=report.street, point=report.point)
