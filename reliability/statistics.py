"""Yearly figures from outages and customers: pure grouping around `reliability.indices`.

Groups are class of area × customer level, in one district or in the whole city. Figures of
different customer levels are never added up: their customers are not the same thing.
"""

from collections.abc import Iterable, Mapping, Sequence
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
    """One published outage that has begun, as the statistics need it."""

    district: str
    area_class: str
    level: str
    excluded: bool
    started_at: datetime
    restored_at: datetime | None
    customers: int

    @property
    def interruption(self) -> Interruption | None:
        """Its length and customers, or None while the power is still off."""
        if self.restored_at is None:
            return None
        length = self.restored_at - self.started_at
        hours = Fraction(length // MICROSECOND, MICROSECONDS_AN_HOUR)
        return Interruption(hours, self.customers)


@dataclass(frozen=True)
class Base:
    """Customers served by one group in one district in a year, and how far the record reaches."""

    year: int
    district: str
    area_class: str
    level: str
    customers: int
    complete_until: date
    source: str


@dataclass(frozen=True)
class Target:
    """The plan's limit for a class of area: hours, or a fall in percent; with its clause."""

    hours: Decimal | None = None
    percent: Decimal | None = None
    clause: str = ""


@dataclass(frozen=True)
class Figure:
    """The indices of one group of one year: all outages, and without those the plan leaves out.

    Args:
        district: code, or empty for the whole city.
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
    customers: int | None
    until: date | None
    everything: Indices
    counted: Indices
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

    @property
    def group(self) -> tuple[str, str]:
        """Class of area and customer level."""
        return self.area_class, self.level


def figure(
    *, year: int, district: str, group: tuple[str, str], bases: Sequence[Base],
    events: Iterable[Event], missing: int = 0,
) -> Figure:  # fmt: skip
    """The figure of one group from the bases of its districts (one, or all of the city).

    Only outages that began within the days that every base covers are counted; an outage is
    booked in the year, and on the day, on which it began (facts.md 4.2).
    """
    area_class, level = group
    if not bases:
        return Figure(
            year, district, area_class, level, None, None, ix.NO_DATA, ix.NO_DATA, missing=missing
        )
    until = min(base.complete_until for base in bases)
    served = Served(sum(base.customers for base in bases), ix.hours_from_year_start(year, until))
    places = {base.district for base in bases}
    mine = [
        event
        for event in events
        if event.district in places
        and (day := local_date(event.started_at)).year == year
        and day <= until
    ]
    done = [(event, event.interruption) for event in mine]
    everything = [length for _event, length in done if length]
    counted = [length for event, length in done if length and not event.excluded]
    return Figure(
        year=year,
        district=district,
        area_class=area_class,
        level=level,
        customers=served.customers,
        until=until,
        everything=ix.indices(everything, served),
        counted=ix.indices(counted, served),
        outages=len(everything),
        excluded=len(everything) - len(counted),
        still_off=len(mine) - len(everything),
        missing=missing,
    )


def judged(now: Figure, before: Figure | None, target: Target) -> Figure:
    """The figure with the plan's verdict: met by hours, or by the fall against the year before.

    A year that is not covered to its end, or in which the power is still off somewhere, gets no
    verdict; the year before counts only if it is covered to its end.
    """
    comparable = before is not None and before.whole_year and before.still_off == 0
    earlier = before.counted.saidi if before is not None and comparable else None
    fall = ix.fall(now.counted.saidi, earlier) if now.whole_year else None
    met = None
    if now.whole_year and now.still_off == 0:
        share = target.percent / 100 if target.percent is not None else None
        met = ix.within(now.counted.saidi, limit=target.hours, drop=fall, target=share)
    return replace(now, fall=fall, target=target, met=met)


@dataclass(frozen=True)
class Ground:
    """What the figures of a year are computed from.

    Args:
        bases: customers served in the year and in the year before.
        events: outages that began in those two years.
        districts: all codes of the city; those without a base are given as "no data".
    """

    bases: Sequence[Base]
    events: Sequence[Event]
    districts: Sequence[str]

    def figure(self, year: int, district: str, group: tuple[str, str]) -> Figure:
        """The figure of one place (empty: the city) for one group in one year."""
        mine = [
            base
            for base in self.bases
            if base.year == year
            and (base.area_class, base.level) == group
            and district in (CITY_WIDE, base.district)
        ]
        same = [event for event in self.events if (event.area_class, event.level) == group]
        missing = 0 if district else len(set(self.districts) - {base.district for base in mine})
        return figure(
            year=year, district=district, group=group, bases=mine, events=same, missing=missing
        )


def figures(
    year: int,
    ground: Ground,
    *,
    classes: Sequence[str],
    targets: Mapping[tuple[str, str], Target],
) -> list[Figure]:
    """All figures of a year: per customer level and class the city's first, then each district's.

    Args:
        classes: all classes of area, in order.
        targets: by (district or empty, class).
    """
    levels = sorted({base.level for base in ground.bases if base.year == year}, reverse=True)
    return [
        judged(
            ground.figure(year, district, (area_class, level)),
            ground.figure(year - 1, district, (area_class, level)),
            targets.get((district, area_class), Target()),
        )
        for level in levels
        for area_class in classes
        for district in (CITY_WIDE, *ground.districts)
    ]


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """The first instant of a year and of the next one, in the city."""
    return datetime(year, 1, 1, tzinfo=CITY), datetime(year + 1, 1, 1, tzinfo=CITY)
