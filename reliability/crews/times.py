"""How long repairs took, by the record: from the report of a fault to the crew sent, to its arrival
and to the power's return; beside what is promised."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from statistics import median, quantiles
from typing import Final

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from core.clock import CITY, city_now, local_date
from core.few import grouped
from grid.points.models import AreaClass
from reliability.outages.kinds import OutageKind
from reliability.outages.models import Interruption, Outage
from reliability.rules import arrival_minutes
from rules.city import city

#: So many months are told, this one among them.
MONTHS: Final = 12
MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Repair:
    """One fault; `area_class` is that of most of its customers, `promised` the minutes within which
    a crew is to be there, 0 where no rule says."""

    month: date
    district: str
    area_class: str
    promised: int
    reported_at: datetime
    sent_at: datetime | None
    arrived_at: datetime | None
    restored_at: datetime | None

    def minutes(self, until: datetime | None) -> float | None:
        return None if until is None else (until - self.reported_at) / MINUTE

    @property
    def in_time(self) -> bool | None:
        """None where nothing is promised, or nobody is there yet."""
        taken = self.minutes(self.arrived_at)
        return None if taken is None or not self.promised else taken <= self.promised


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of some faults.

    Args:
        in_time, late: of those where a crew arrived and something is promised.
        waiting: neither is a crew there nor the power back.
        unseen: the power is back, and nobody recorded an arrival.
        sent, arrival, restoration: medians in whole minutes, None of too few.
        slow: in so many minutes nine of ten crews were there, None of too few.
    """

    reported: int
    arrived: int
    in_time: int
    late: int
    waiting: int
    unseen: int
    sent: int | None
    arrival: int | None
    slow: int | None
    restoration: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of a month and some districts, or of all months and some classes of area.

    Args:
        month: its first day; None: all of them.
        parts: codes; empty: the whole city. Those of few faults are counted together.
        promised: minutes, where it is of one class and something is promised today.
        numbers: None where they are too few for figures.
    """

    month: date | None
    parts: tuple[str, ...]
    numbers: Numbers | None
    promised: int | None = None


def least() -> int:
    """From how many faults on figures are told, medians too."""
    return city().real_times.least


def first_month(today: date) -> date:
    months = today.year * 12 + today.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _classes(of: QuerySet[Interruption]) -> QuerySet[Interruption, str]:
    """The class of most customers first."""
    counted = of.order_by().values("area_class").annotate(customers=Sum("customers"))
    return counted.order_by("-customers", "area_class").values_list("area_class", flat=True)


def repair_of(outage: Outage) -> Repair:
    return _repairs([outage], {outage.pk: _classes(outage.interruptions.all()).first() or ""})[0]


def repairs(districts: set[str] | None = None) -> list[Repair]:
    """The faults that were reported since the first of the months, of some districts or all."""
    since = datetime.combine(first_month(local_date(city_now())), datetime.min.time(), CITY)
    found = Outage.objects.filter(kind=OutageKind.FAULT, announced_at__gte=since)
    if districts is not None:
        found = found.filter(district__in=sorted(districts))
    area_class = _classes(Interruption.objects.filter(outage=OuterRef("pk")))[:1]
    rows = list(found.annotate(area_class=Subquery(area_class)).order_by("announced_at", "id"))
    return _repairs(rows, {row.pk: row.area_class or "" for row in rows})


def _repairs(outages: Sequence[Outage], classes: dict[int, str]) -> list[Repair]:
    promised = cache(lambda *of: arrival_minutes(*of).number)
    found = []
    for one in outages:
        day, area_class = local_date(one.announced_at), classes[one.pk]
        found.append(
            Repair(
                month=day.replace(day=1),
                district=one.district,
                area_class=area_class,
                promised=promised(area_class, day, one.district),
                reported_at=one.announced_at,
                sent_at=one.crew_at,
                arrived_at=one.repairing_at,
                restored_at=one.restored_at,
            )
        )
    return found


def by_month(found: Sequence[Repair], *, every: bool = False) -> list[Row]:
    """The newest month first, each of the whole city and then by district.

    Args:
        every: of few too, for those who work them.
    """
    order = [district.code for district in city().districts]
    months = sorted({repair.month for repair in found}, reverse=True)
    return [
        Row(month, parts, numbers)
        for month in months
        for parts, numbers in _told(
            [repair for repair in found if repair.month == month],
            order,
            lambda repair: repair.district,
            floor=1 if every else least(),
        )
    ]


def by_class(found: Sequence[Repair]) -> list[Row]:
    """Of all the months, by class of area: to each its own is promised."""
    told = _told(found, AreaClass.values, lambda repair: repair.area_class, floor=least())
    today = local_date(city_now())
    return [
        Row(None, parts, numbers, arrival_minutes(parts[0], today, "").number or None)
        if len(parts) == 1
        else Row(None, parts, numbers)
        for parts, numbers in told
    ]


def _told(
    found: Sequence[Repair],
    order: Sequence[str],
    part: Callable[[Repair], str],
    *,
    floor: int,
) -> Iterator[tuple[tuple[str, ...], Numbers | None]]:
    by_part = {code: [each for each in found if part(each) == code] for code in order}
    there = [code for code in order if by_part[code]]
    for parts in grouped(there, lambda code: len(by_part[code]), least=floor):
        rows = [each for code in parts for each in by_part[code]] if parts else found
        yield parts, numbers_of(rows) if len(rows) >= floor else None


def numbers_of(found: Sequence[Repair]) -> Numbers:
    arrived = [repair for repair in found if repair.arrived_at]
    absent = [repair for repair in found if not repair.arrived_at]
    arrival = _taken(arrived, lambda repair: repair.arrived_at)
    return Numbers(
        reported=len(found),
        arrived=len(arrived),
        in_time=sum(repair.in_time is True for repair in arrived),
        late=sum(repair.in_time is False for repair in arrived),
        waiting=sum(repair.restored_at is None for repair in absent),
        unseen=sum(repair.restored_at is not None for repair in absent),
        sent=_median(_taken(found, lambda repair: repair.sent_at)),
        arrival=_median(arrival),
        slow=round(quantiles(arrival, n=10, method="inclusive")[-1]) if _enough(arrival) else None,
        restoration=_median(_taken(found, lambda repair: repair.restored_at)),
    )


def _taken(found: Sequence[Repair], until: Callable[[Repair], datetime | None]) -> list[float]:
    minutes = (repair.minutes(until(repair)) for repair in found)
    return [taken for taken in minutes if taken is not None]


def _enough(taken: Sequence[float]) -> bool:
    return len(taken) >= max(least(), 2)


def _median(taken: Sequence[float]) -> int | None:
    return round(median(taken)) if _enough(taken) else None
