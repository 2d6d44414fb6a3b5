from datetime import date
from decimal import Decimal

from reliability.models import AreaClass, CustomersServed, Outage
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
from rules import registry
from rules.book import NotInForce
from rules.city import city


def years() -> list[int]:
    """Those that can have figures, newest first: the years with customers served."""
    rows = CustomersServed.objects.standing().order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def year_figures(year: int) -> list[Figure]:
    """With the plan's verdict; three statements, whatever the size."""
    codes = [district.code for district in city().districts]
    classes = list(AreaClass.values)
    bases = CustomersServed.objects.standing().filter(year__in=(year, year - 1))
    of_base = ("year", "district", "area_class", "level", "customers", "complete_until")
    first, _end = year_bounds(year - 1)
    _start, after = year_bounds(year)
    events = Outage.objects.standing().filter(started_at__gte=first, started_at__lt=after)
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
    for statutory in (city().district(place).statutory if place else ()) or (None,):
        try:
            policy = registry.current().in_force(
                on=day, district=place or None, statutory=statutory
            )
        except NotInForce:
            continue
        hours = policy.get(f"reliability.hours.{area_class}")
        percent = policy.get("reliability.reduction_percent")
        if hours and (best.hours is None or hours.number < best.hours):
            share = Decimal(percent.number) if percent else None
            best = Target(Decimal(hours.number), share, str(hours.clause))
    return best
