"""Whom the indices are divided by: customers served, which change during a year, and the days for
which a group's record is complete."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final, NamedTuple

from core.clock import begin_of, end_of, local_date
from reliability.indices.formulas import HOUR, MICROSECOND, Served

DAY: Final = timedelta(days=1)


class Cell(NamedTuple):
    """The smallest group: of one district, class of area and level. An empty district or class, in
    what is asked for, is all of them; a level never is."""

    district: str
    area_class: str
    level: str

    def has(self, other: "Cell") -> bool:
        return (
            self.level == other.level
            and self.district in ("", other.district)
            and self.area_class in ("", other.area_class)
        )


class Days(NamedTuple):
    """From a first to a last day, both included."""

    first: date
    last: date

    def __bool__(self) -> bool:
        return self.first <= self.last

    @property
    def number(self) -> int:
        return max((self.last - self.first).days + 1, 0)

    def within(self, other: "Days") -> "Days":
        return Days(max(self.first, other.first), min(self.last, other.last))


NEVER: Final = Days(date.max, date.min)


def year_of(year: int) -> Days:
    return Days(date(year, 1, 1), date(year, 12, 31))


def month_of(year: int, month: int) -> Days:
    first = date(year, month, 1)
    return Days(first, (first + 31 * DAY).replace(day=1) - DAY)


class Base(NamedTuple):
    """So many customers of a cell, from a day of a year on; its record is complete until a day."""

    year: int
    cell: Cell
    customers: int
    begins_on: date
    complete_until: date


@dataclass(frozen=True)
class Customers:
    """All that is published of customers served. `at`: of which instant the figures are; no later
    day is covered."""

    at: datetime
    bases: Iterable[Base]
    _years: Mapping[int, Mapping[Cell, Sequence[Base]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        found: dict[int, dict[Cell, list[Base]]] = {}
        for base in sorted(self.bases, key=lambda each: each.begins_on):
            found.setdefault(base.year, {}).setdefault(base.cell, []).append(base)
        object.__setattr__(self, "_years", found)

    @property
    def years(self) -> list[int]:
        """Those that have figures, newest first."""
        return sorted(self._years, reverse=True)

    def levels(self, year: int) -> list[str]:
        """Those of a year, medium voltage first."""
        return sorted({cell.level for cell in self._years.get(year, ())}, reverse=True)

    def covered(self, cell: Cell, year: int) -> Days:
        """The days of a year for which there are customers and a complete record."""
        bases = self._years.get(year, {}).get(cell, ())
        if not bases:
            return NEVER
        last = min(max(base.complete_until for base in bases), local_date(self.at))
        return Days(bases[0].begins_on, last)

    def cells(self, group: Cell, days: Days) -> list[Cell]:
        """Those of a group that have a figure for days, which are of one year."""
        year = days.first.year
        mine = [cell for cell in self._years.get(year, ()) if group.has(cell)]
        return [cell for cell in mine if self.covered(cell, year).within(days)]

    def common(self, cells: Iterable[Cell], days: Days) -> Days:
        """The days that all of some cells cover, of days of one year."""
        for cell in cells:
            days = days.within(self.covered(cell, days.first.year))
        return days

    def mean(self, cells: Iterable[Cell], days: Days) -> Fraction:
        """Customers of cells on an average day: each day has the number that held on it."""
        customer_days = sum(
            base.customers * span.within(days).number
            for cell in cells
            for base, span in self._spans(cell, days.first.year)
        )
        return Fraction(customer_days, days.number)

    def _spans(self, cell: Cell, year: int) -> Iterator[tuple[Base, Days]]:
        bases = self._years.get(year, {}).get(cell, ())
        nexts = [*(base.begins_on for base in bases[1:]), date(year + 1, 1, 1)]
        for base, following in zip(bases, nexts, strict=True):
            yield base, Days(base.begins_on, following - DAY)

    def served(self, cells: Iterable[Cell], days: Days) -> Served:
        """The hours run from the beginning of the first day to the end of the last one, of which
        what has not been yet is no part."""
        until = min(end_of(days.last), self.at)
        hours = Fraction((until - begin_of(days.first)) // MICROSECOND, HOUR)
        return Served(self.mean(cells, days), hours)
