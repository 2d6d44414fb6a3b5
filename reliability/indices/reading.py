"""What the indices are computed from, as it is stored."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import QuerySet, Sum
from django.db.models.functions import ExtractMonth

from core.clock import begin_of, end_of
from reliability.indices.customers import Base, Cell, Customers, Days
from reliability.indices.figures import Tally
from reliability.indices.formulas import Sums
from reliability.indices.models import CountedInterruption, DailyFigure, StalePlace
from reliability.models import CustomersServed

Tallies = Mapping[int, Mapping[Cell, Tally]]


def customers(at: datetime, years: Collection[int] | None = None) -> Customers:
    """All that stands published, as of an instant; one statement.

    Args:
        years: None: all.
    """
    rows = CustomersServed.objects.standing().order_by("id")
    if years is not None:
        rows = rows.filter(year__in=years)
    names = ("year", "customers", "begins_on", "complete_until", "district", "area_class", "level")
    return Customers(
        at,
        [
            Base(year, Cell(*cell), count, begins_on, until)
            for year, count, begins_on, until, *cell in rows.values_list(*names)
        ],
    )


COUNTS: Final = ("interruptions", "excluded", "still_off", "corrected", "unplaced")
OF_SUMS: Final = ("customers", "lost", "recorded", "momentary")
COUNTED: Final = tuple(f"{name}_counted" for name in OF_SUMS)
ADDED: Final = {f"sum_{name}": Sum(name) for name in (*COUNTS, *OF_SUMS, *COUNTED)}


def tallies(days: Days) -> Tallies:
    """What interruptions that began on days of one year add up to, by month and cell; one
    statement."""
    by = ("district", "area_class", "level", "major")
    rows = DailyFigure.objects.filter(day__range=days).values(*by, month=ExtractMonth("day"))
    found: dict[int, dict[Cell, Tally]] = {}
    for row in rows.annotate(**ADDED):
        month = found.setdefault(row["month"], {})
        cell = Cell(row["district"], row["area_class"], row["level"])
        month[cell] = month.get(cell, Tally()) + _tally(row)
    return found


def _tally(row: Mapping[str, Any]) -> Tally:
    everything = Sums(*(int(row[f"sum_{name}"]) for name in OF_SUMS))
    counted = Sums(*(int(row[f"sum_{name}"]) for name in COUNTED))
    major = row["major"]
    return Tally(
        **{name: row[f"sum_{name}"] for name in COUNTS},
        everything=everything,
        counted=counted,
        ordinary=Sums() if major else everything,
        counted_ordinary=Sums() if major else counted,
    )


def months_of(found: Tallies, cells: Collection[Cell], months: Iterable[int]) -> Tally:
    """Of some cells in some months, together."""
    return sum(
        (found.get(month, {}).get(cell, Tally()) for month in months for cell in cells), Tally()
    )


#: Of the customers of one element as many were interrupted n times as the nth largest met.
OFTEN: Final = """
SELECT district, area_class, level, sum(met), sum(met_counted) FROM (
    SELECT district, area_class, level, element,
        (array_agg(customers ORDER BY customers DESC))[%(times)s] AS met,
        (array_agg(customers_counted ORDER BY customers_counted DESC))[%(times)s] AS met_counted
    FROM reliability_countedinterruption
    WHERE day BETWEEN %(first)s AND %(last)s AND element <> '' AND ended_at IS NOT NULL
        AND NOT momentary
    GROUP BY district, area_class, level, element HAVING count(*) >= %(times)s
) places GROUP BY district, area_class, level
"""


def often(days: Days, times: int) -> dict[Cell, tuple[int, int]]:
    """Customers interrupted at least so many times, by cell: of all, and without what the plan
    leaves out; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(OFTEN, {"times": times, "first": days.first, "last": days.last})
        return {Cell(*row[:3]): (int(row[3]), int(row[4])) for row in cursor.fetchall()}


def interruptions(group: Cell, days: Days, line: str = "") -> QuerySet[CountedInterruption]:
    """What a figure is made of: those that began on the days, of a group and, if named, a line."""
    found = CountedInterruption.objects.filter(
        begun_at__gte=begin_of(days.first), begun_at__lt=end_of(days.last)
    )
    wanted = {**group._asdict(), "line": line}
    return found.filter(**{name: value for name, value in wanted.items() if value})


def lines(group: Cell, days: Days) -> QuerySet[DailyFigure, Any]:
    """Of each line and level what was interrupted on it, by `LINE_ORDER`."""
    found = DailyFigure.objects.filter(day__range=days).exclude(line="")
    wanted = {name: value for name, value in group._asdict().items() if value}
    return found.filter(**wanted).values("line", "level").annotate(**ADDED)


LINE_ORDER: Final = ("line", "level")


class BelowLine(NamedTuple):
    line: str
    level: str


BELOW: Final = """
SELECT l.code, p.level, sum(p.customers)
FROM unnest(%(lines)s::text[]) l (code) JOIN grid_element e ON e.code = l.code
CROSS JOIN LATERAL grid_below(e.id, %(at)s) b
JOIN grid_points(%(at)s) p ON p.element = b.code
GROUP BY l.code, p.level
"""


def below(codes: Collection[str], day: date) -> dict[BelowLine, int]:
    """Customers of each level whom lines fed at the end of a day, by the connection points; one
    statement. A line without points is not in it."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW, {"lines": list(codes), "at": end_of(day)})
        return {BelowLine(line, level): int(count) for line, level, count in cursor.fetchall()}


def waiting() -> int:
    """How many places wait to be counted anew."""
    places = StalePlace.objects.exclude(level="").values_list(
        "district", "area_class", "level", "element", "words"
    )
    return places.distinct().count()
