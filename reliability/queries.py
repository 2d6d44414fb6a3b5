from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from grid.points.models import AreaClass
from reliability.models import CustomersServed, OutageRow
from reliability.outages.kinds import OutageKind
from reliability.outages.models import Outage
from reliability.rules import policies
from reliability.statistics import (
    CITY_WIDE,
    Base,
    Event,
    Figure,
    Ground,
    Target,
    figures,
    year_bounds,
)
from rules.city import city


@dataclass(frozen=True)
class Notice:
    """How many planned outages were announced, and how many with too short a notice."""

    planned: int
    short: int


def notice(*, district: str = "") -> Notice:
    rows = Outage.objects.filter(kind=OutageKind.PLANNED)
    found = rows.filter(district=district) if district else rows
    return Notice(
        **found.aggregate(planned=Count("id"), short=Count("id", filter=Q(short_notice=True)))
    )


def years() -> list[int]:
    """Those that can have figures, newest first: the years with customers served."""
    rows = CustomersServed.objects.standing().order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def served(until: int) -> dict[tuple[str, str, str], CustomersServed]:
    """The newest published numbers of customers up to a year, by district, class and level."""
    rows = CustomersServed.objects.standing().filter(year__lte=until).order_by("year")
    return {(row.district, row.area_class, row.level): row for row in rows}


def year_figures(year: int) -> list[Figure]:
    """With the plan's verdict; three statements, whatever the size."""
    codes = [district.code for district in city().districts]
    classes = list(AreaClass.values)
    bases = CustomersServed.objects.standing().filter(year__in=(year, year - 1))
    of_base = ("year", "district", "area_class", "level", "customers", "complete_until")
    first, _end = year_bounds(year - 1)
    _start, after = year_bounds(year)
    events = OutageRow.objects.standing().filter(started_at__gte=first, started_at__lt=after)
    of_event = (
        "district", "area_class", "level", "excluded_by_policy", "started_at", "restored_at",
        "customers",
    )  # fmt: skip
    ground = Ground(
        [Base(*row) for row in bases.order_by("district").values_list(*of_base)],
        [Event(*row) for row in events.order_by("id").values_list(*of_event)],
        codes,
    )
    # What is in force on the last day of the year, in the city and each district.
    targets = {
        (place, area_class): _target(date(year, 12, 31), place, area_class)
        for place in (CITY_WIDE, *codes)
        for area_class in classes
    }
    return figures(year, ground, classes=classes, targets=targets)


def _target(day: date, place: str, area_class: str) -> Target:
    """In a zone the better target of those of its statutory districts."""
    best = Target()
    for policy in policies(day, place):
        hours = policy.get(f"reliability.hours.{area_class}")
        percent = policy.get("reliability.reduction_percent")
        if hours and (best.hours is None or hours.number < best.hours):
            share = Decimal(percent.number) if percent else None
            best = Target(Decimal(hours.number), share, str(hours.clause))
    return best
