from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property

from core.clock import local_date
from grid.points.models import AreaClass
from reliability.indices import reading
from reliability.indices.customers import Cell, Customers, Days, month_of, year_of
from reliability.indices.figures import Figure, Often, Tally, forecast, outcome
from reliability.indices.formulas import indices
from reliability.indices.models import Count, DailyFigure, MajorEventLimit
from reliability.rules import Target, often, target
from rules.city import city

ALL = ""


@dataclass(frozen=True)
class Asked:
    """A period and a group; what is empty is not narrowed. `month`: None: the year."""

    year: int
    month: int | None = None
    district: str = ALL
    area_class: str = ALL
    level: str = ""

    @property
    def days(self) -> Days:
        return month_of(self.year, self.month) if self.month else year_of(self.year)

    @property
    def group(self) -> Cell:
        return Cell(self.district, self.area_class, self.level)


@dataclass(frozen=True)
class Counted:
    """The figures as they are stored: of an instant (None: nothing was counted yet), and how many
    places have changed since."""

    at: datetime | None
    waiting: int


def counted() -> Counted:
    """Two statements."""
    return Counted(Count.objects.values_list("at", flat=True).get(pk=1), reading.waiting())


class Reader:
    """Reads figures of one year, each statement once for the days that it is about.

    Args:
        at: of which instant the stored figures are.
    """

    def __init__(self, year: int, at: datetime) -> None:
        self.year, self.at = year, at
        self.districts = [district.code for district in city().districts]
        self._tallies: dict[Days, reading.Tallies] = {}
        self._often: dict[Days, dict[Cell, tuple[int, int]]] = {}

    @cached_property
    def customers(self) -> Customers:
        return reading.customers(self.at, (self.year, self.year - 1))

    @cached_property
    def times(self) -> int | None:
        return often(local_date(self.at))

    def figures(self, asked: Asked) -> list[Figure]:
        """The city's first, then each district's: by level, and of all classes before each."""
        levels = [asked.level] if asked.level else self.customers.levels(asked.year)
        classes = [asked.area_class] if asked.area_class else [ALL, *AreaClass.values]
        places = [asked.district] if asked.district else [ALL, *self.districts]
        return [
            self.figure(Cell(place, area_class, level), asked.days)
            for level in levels
            for area_class in classes
            for place in places
        ]

    def figure(self, group: Cell, days: Days) -> Figure:
        """Of days of one year; with what the plan says of it where they are the whole year."""
        now = self._plain(group, days)
        if days != year_of(self.year):
            return now
        before = self._plain(group, year_of(self.year - 1))
        aim = self._target(group)
        foreseen = None
        if not now.is_over and aim.hours is not None:
            foreseen = forecast(now, before, self._rest(group, now))
        return replace(
            now,
            fall=now.fall_from(before),
            target=aim,
            forecast=foreseen,
            outcome=outcome(now, before, foreseen, aim),
        )

    def months(self, year: Figure) -> Iterator[Figure]:
        """What a year's figure is made of, by month: they add up to it."""
        for month in range(1, 13):
            days = month_of(self.year, month)
            covered = days.within(year.covered) if year.covered else None
            if not covered or year.covered is None:
                yield Figure(year.group, days)
                continue
            cells = self.customers.cells(year.group, year.covered)
            tally = reading.months_of(self._tally(year.covered), cells, [month])
            yield self._computed(Figure(year.group, days, covered), cells, tally)

    def _plain(self, group: Cell, days: Days) -> Figure:
        cells = self.customers.cells(group, days)
        missing = 0 if group.district else len(self.districts) - len({c.district for c in cells})
        covered = self.customers.common(cells, days)
        figure = Figure(group, days, missing=missing)
        if not cells or not covered:
            return figure
        found = self._tally(covered)
        tally = reading.months_of(found, cells, found)
        figure = self._computed(replace(figure, covered=covered), cells, tally)
        return replace(figure, often=self._met_often(figure, cells))

    def _computed(self, figure: Figure, cells: list[Cell], tally: Tally) -> Figure:
        assert figure.covered
        served = self.customers.served(cells, figure.covered)
        return replace(
            figure,
            customers=served.customers,
            tally=tally,
            everything=indices(tally.everything, served),
            counted=indices(tally.counted, served),
            ordinary=indices(tally.ordinary, served),
            counted_ordinary=indices(tally.counted_ordinary, served),
        )

    def _met_often(self, figure: Figure, cells: list[Cell]) -> Often | None:
        """None where an interruption names no element: nobody knows whom it met again."""
        if not self.times or not figure.covered or not figure.customers or figure.tally.unplaced:
            return None
        if figure.covered not in self._often:
            self._often[figure.covered] = reading.often(figure.covered, self.times)
        found = [self._often[figure.covered].get(cell, (0, 0)) for cell in cells]
        everything, plan = (sum(each[index] for each in found) for index in (0, 1))
        return Often(self.times, everything / figure.customers, plan / figure.customers)

    def _rest(self, group: Cell, now: Figure) -> Fraction | None:
        """Hours per customer of the year before, after the day until which this one is covered."""
        if now.until is None:
            return None
        passed = now.until - date(self.year, 1, 1) + timedelta(days=1)
        before = year_of(self.year - 1)
        rest = Days(before.first + passed, before.last)
        if not rest:
            return Fraction(0)
        cells = self.customers.cells(group, rest)
        if not cells or self.customers.common(cells, rest) != rest:
            return None
        found = self._tally(rest)
        tally = reading.months_of(found, cells, found)
        return indices(tally.counted, self.customers.served(cells, rest)).saidi

    def _tally(self, days: Days) -> reading.Tallies:
        if days not in self._tallies:
            self._tallies[days] = reading.tallies(days)
        return self._tallies[days]

    def _target(self, group: Cell) -> Target:
        """What is in force on the last day of the year."""
        return target(date(self.year, 12, 31), group.district, group.area_class)


@dataclass(frozen=True)
class MajorDays:
    """By which limit days of a year are major-event days of a level (None: it is undefined, and
    there are none), and which are."""

    level: str
    limit: MajorEventLimit | None
    days: list[date]


def major_days(year: int, levels: list[str]) -> list[MajorDays]:
    """Two statements."""
    limits = {limit.level: limit for limit in MajorEventLimit.objects.filter(year=year)}
    marked = DailyFigure.objects.filter(day__range=year_of(year), major=True)
    days = list(marked.values_list("level", "day").distinct().order_by("day"))
    return [
        MajorDays(level, limits.get(level), [day for each, day in days if each == level])
        for level in levels
    ]
