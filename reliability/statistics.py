"""Groups are class of area × customer level, in one district or in the whole city. Figures of
different customer levels are never added up: their customers are not the same thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from core.clock import CITY, local_date
from reliability import indices as ix
from reliability.indices import Indices, Interruption, Served

CITY_WIDE = ""
MICROSECOND = timedelta(microseconds=1)
MICROSECONDS_AN_HOUR = timedelta(hours=1) // MICROSECOND


@dataclass(frozen=True)
class Event:
    """One published outage that has begun."""

    district: str
    area_class: str
    level: str
    excluded: bool
    started_at: datetime
    restored_at: datetime | None
    customers: int

    @property
    def interruption(self) -> Interruption | None:
        """None while the power is still off."""
        if self.restored_at is None:
            return None
        length = self.restored_at - self.started_at
        hours = Fraction(length // MICROSECOND, MICROSECONDS_AN_HOUR)
        return Interruption(hours, self.customers)


@dataclass(frozen=True)
class Base:
    year: int
    district: str
    area_class: str
    level: str
    customers: int
    complete_until: date


@dataclass(frozen=True)
class Target:
    """The plan's limit of hours, or of a fall in percent, for a class of area."""

    hours: Decimal | None = None
    percent: Decimal | None = None
    clause: str = ""


@dataclass(frozen=True)
class Figure:
    """The indices of one group of one year; an empty district is the whole city.

    Args:
        customers: None: no data.
        until: the last day that the figures cover.
        outages: how many are counted in `everything`; `excluded` of them are not in `counted`.
        still_off: outages without a restoration yet, in neither figure.
        missing: districts without data, for the figure of the city.
    """

    year: int
    district: str
    area_class: str
    level: str
    customers: int | None = None
    until: date | None = None
    everything: Indices = ix.NO_DATA
    counted: Indices = ix.NO_DATA
    outages: int = 0
    excluded: int = 0
    still_off: int = 0
    missing: int = 0
    fall: Fraction | None = None
    target: Target = Target()
    met: bool | None = None

    @property
    def whole_year(self) -> bool:
        return self.until == date(self.year, 12, 31)


def judged(now: Figure, before: Figure, target: Target) -> Figure:
    """A year that is not covered to its end, or in which the power is still off somewhere, gets no
    verdict, and does not count as the year before of another."""
    comparable = now.whole_year and before.whole_year and before.still_off == 0
    fall = ix.fall(now.counted.saidi, before.counted.saidi) if comparable else None
    met = None
    if now.whole_year and now.still_off == 0:
        share = target.percent / 100 if target.percent is not None else None
        met = ix.within(now.counted.saidi, limit=target.hours, drop=fall, target=share)
    return replace(now, fall=fall, target=target, met=met)


@dataclass(frozen=True)
class Ground:
    """Customers served and outages begun in the year and the year before, for all districts of
    the city; those without a base are given as "no data"."""

    bases: Sequence[Base]
    events: Sequence[Event]
    districts: Sequence[str]

    def figure(self, year: int, district: str, area_class: str, level: str) -> Figure:
        """Only outages that began within the days that every base covers are counted; an outage is
        booked in the year, and on the day, on which it began (facts.md 4.2)."""
        bases = [
            base
            for base in self.bases
            if (base.year, base.area_class, base.level) == (year, area_class, level)
            and district in (CITY_WIDE, base.district)
        ]
        places = {base.district for base in bases}
        missing = 0 if district else len(set(self.districts) - places)
        no_data = Figure(year, district, area_class, level, missing=missing)
        if not bases:
            return no_data
        until = min(base.complete_until for base in bases)
        customers = sum(base.customers for base in bases)
        served = Served(customers, ix.hours_from_year_start(year, until))
        mine = [
            event
            for event in self.events
            if (event.area_class, event.level) == (area_class, level)
            and event.district in places
            and (day := local_date(event.started_at)).year == year
            and day <= until
        ]
        done = [(event, event.interruption) for event in mine]
        everything = [length for _event, length in done if length]
        counted = [length for event, length in done if length and not event.excluded]
        return replace(
            no_data,
            customers=customers,
            until=until,
            everything=ix.indices(everything, served),
            counted=ix.indices(counted, served),
            outages=len(everything),
            excluded=len(everything) - len(counted),
            still_off=len(mine) - len(everything),
        )


def figures(
    year: int,
    ground: Ground,
    *,
    classes: Sequence[str],
    targets: Mapping[tuple[str, str], Target],
) -> list[Figure]:
    """The city's first, then each district's; `targets` are by (district or empty, class)."""
    levels = sorted({base.level for base in ground.bases if base.year == year}, reverse=True)
    return [
        judged(
            ground.figure(year, district, area_class, level),
            ground.figure(year - 1, district, area_class, level),
            targets.get((district, area_class), Target()),
        )
        for level in levels
        for area_class in classes
        for district in (CITY_WIDE, *ground.districts)
    ]


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """The first instant of the year and of the next one."""
    return datetime(year, 1, 1, tzinfo=CITY), datetime(year + 1, 1, 1, tzinfo=CITY)
