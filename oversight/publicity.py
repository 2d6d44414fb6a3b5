"""What is published when (公示日历): figures that the rules want anew every so many months, and
what begins or ends by rows that are published; with what is overdue."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import Count, Min

from core.clock import city_now, local_date, months_after
from publishing.models import InForce, Kind, Publication
from publishing.tables import Table, table_of, tables
from rules import registry
from rules.values import PUBLISHED_ANEW, Valued

#: What was published lately, and not more of it.
LATELY: Final = timedelta(days=31)
MOST_LATELY: Final = 50


class Sort(StrEnum):
    DUE = "due"
    BEGINS = "begins"
    ENDS = "ends"


@dataclass(frozen=True)
class Entry:
    """A day of the calendar.

    Args:
        day: of what is due, the last one in time; of what ends, the last one in force.
        places: the districts whose figures are due; none: not of districts.
        as_of: the day of the oldest figures that stand; None: none stand, or nothing is due.
        rows: how many begin or end.
        rule: that gives the rhythm; None: the day is that of published rows.
        late_by: so many days ago the day was over; 0: it is not.
    """

    day: date
    kind: Kind
    sort: Sort
    places: tuple[str, ...] = ()
    as_of: date | None = None
    rows: int = 0
    rule: Valued | None = None
    late_by: int = 0

    @property
    def overdue(self) -> bool:
        return self.late_by > 0


def calendar(today: date | None = None) -> list[Entry]:
    """What is overdue and what comes, by day."""
    on = today or local_date(city_now())
    found = [*_due(on), *_turns(on)]
    return sorted(found, key=lambda entry: (entry.day, entry.kind, entry.sort, entry.places))


def overdue() -> list[Entry]:
    """What should have been published by today."""
    on = local_date(city_now())
    return [entry for entry in _due(on) if entry.overdue]


def every(table: str, on: date) -> Valued | None:
    """Every how many months the figures of a table are to be new; None: no rule says it."""
    return registry.current().in_force(on=on).get(f"publicity.{table}.months")


def _due(on: date) -> Iterator[Entry]:
    for name in PUBLISHED_ANEW:
        if rule := every(name, on):
            for as_of, places in _oldest(table_of(name)).items():
                day = months_after(as_of, int(rule.number)) if as_of else rule.since
                late = max((on - day).days, 0)
                yield Entry(
                    day, Kind(name), Sort.DUE, tuple(places), as_of, rule=rule, late_by=late
                )


def _oldest(table: Table) -> dict[date | None, list[str]]:
    """By the day of the oldest figures that stand the districts of which they are, in the order of
    their codes; of a table without districts, or without rows, none."""
    place = ("district",) if table.by_district else ()
    rows = table.rows.standing().values(*place).annotate(oldest=Min("data_date"))
    found: dict[date | None, list[str]] = {}
    for row in rows.order_by(*place):
        found.setdefault(row["oldest"], []).extend(row[name] for name in place)
    return found or {None: []}


def _turns(on: date) -> Iterator[Entry]:
    """What begins after a day, and what ends on it or after it."""
    for table in tables():
        if table.for_public and issubclass(table.model, InForce):
            standing = table.rows.standing().order_by()
            for sort, name, later in (
                (Sort.BEGINS, "from_date", "gt"),
                (Sort.ENDS, "until_date", "gte"),
            ):
                days: Any = standing.filter(**{f"{name}__{later}": on}).values_list(name)
                for day, rows in days.annotate(rows=Count("pk")):
                    yield Entry(day, table.kind, sort, rows=rows)


def lately() -> list[Publication]:
    """What was published for the public lately, newest first."""
    kinds = [table.kind for table in tables() if table.for_public]
    since = city_now() - LATELY
    found = Publication.objects.filter(kind__in=kinds, published_at__gte=since)
    return list(found.order_by("-id")[:MOST_LATELY])
