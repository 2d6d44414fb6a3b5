"""Reads of the figures computed from outages."""

from collections.abc import Mapping
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
    """The years with customers served, newest first: the years that can have figures."""
    rows = CustomersServed.objects.standing().order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def year_figures(year: int) -> list[Figure]:
    """All figures of a year with the plan's verdict; three statements, whatever the size."""
    codes = [district.code for district in city().districts]
    classes = list(AreaClass.values)
    return figures(
        year,
        Ground(_bases(year), _events(year), codes),
        classes=classes,
        targets=_targets(year, codes),
    )


def _bases(year: int) -> list[Base]:
    rows = CustomersServed.objects.standing().filter(year__in=(year, year - 1))
    fields = (
        "year", "district", "area_class", "level", "customers", "complete_until", "source",
    )  # fmt: skip
    return [Base(*row) for row in rows.order_by("district").values_list(*fields)]


def _events(year: int) -> list[Event]:
    first, _end = year_bounds(year - 1)
    _start, after = year_bounds(year)
    rows = Outage.objects.standing().filter(started_at__gte=first, started_at__lt=after)
    fields = (
        "district", "area_class", "level", "excluded_by_policy", "started_at", "restored_at",
        "customers",
    )  # fmt: skip
    return [Event(*row) for row in rows.order_by("id").values_list(*fields)]


def _targets(year: int, codes: list[str]) -> Mapping[tuple[str, str], Target]:
    """The targets of a year: what is in force on its last day, in the city and each district."""
    day = date(year, 12, 31)
    return {
        (place, area_class): _target(day, place, area_class)
        for place in (CITY_WIDE, *codes)
        for area_class in AreaClass.values
    }


def _target(day: date, place: str, area_class: str) -> Target:
    """The target of one place; in a zone the better of those of its statutory districts."""
    zone = city().district(place).statutory if place else ()
    found = [
        target
        for statutory in zone or (None,)
        if (target := _target_of(day, place or None, statutory, area_class)).hours is not None
    ]
    return min(found, key=lambda target: target.hours or 0, default=Target())


def _target_of(day: date, place: str | None, statutory: str | None, area_class: str) -> Target:
    try:
        policy = registry.current().in_force(on=day, district=place, statutory=statutory)
    except NotInForce:
        return Target()
    hours = policy.get(f"reliability.hours.{area_class}")
    percent = policy.get("reliability.reduction_percent")
    if hours is None:
        return Target()
    return Target(
        hours=Decimal(hours.number),
        percent=Decimal(percent.number) if percent else None,
        clause=str(hours.clause),
    )
