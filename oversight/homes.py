"""Homes against their target (plan 2(1)): an average of the energised ones hides those still open.

So beside the mean of a period stand the open homes past their target, and the mean as it would be
if every open home ended now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from django.db.models import Case, DateField, Exists, OuterRef, Q, QuerySet, Sum, Value, When

from applications.lists import OPEN, OPEN_ORDER
from applications.models import Application
from core.clock import CityNowOnce, city_now, local_date
from core.counting import Count, counted
from deadlines.models import Clock
from oversight.models import HomeDay
from rules.calendar import Calendar
from rules.names import Kind
from rules.policy import Limit
from rules.registry import calendar, current

#: The periods that are shown, in days up to today.
PERIODS: Final = (30, 90, 365)
#: The longest past its target first.
ORDER: Final = ("late_from", "id")
HUNDREDTH: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Average:
    """Of homes, in working days, from filing to power on; None where there were none.

    Args:
        since: the period's first day.
        cases: homes energised since.
        mean: of these.
        with_open: of these and of every open home, as if it ended now.
    """

    since: date
    cases: int
    mean: Decimal | None
    with_open: Decimal | None


@dataclass(frozen=True, slots=True)
class Homes:
    """`past_target` is bounded, as every count of a list."""

    averages: Sequence[Average]
    open: int
    past_target: Count
    target: Limit
    today: date


def figures(districts: set[str] | None, *, district: str = "") -> Homes:
    """Those of today, in two statements; None means every district."""
    today = local_date(city_now())
    starts = [today - timedelta(days=period - 1) for period in PERIODS]
    found = days_of(districts, starts, district=district)
    # By what is kept with the case: the limit of a home is its target.
    late = Application.objects.filter(OPEN, kind=Kind.RESIDENTIAL, runs_out__lte=CityNowOnce())
    if districts is not None:
        late = late.filter(district__in=sorted(districts))
    late = late.filter(district=district) if district else late
    return Homes(
        averages(found, starts, today, calendar()),
        open=sum(one.homes for one in found if one.period is None),
        past_target=counted({"late": late.order_by(*OPEN_ORDER)})["late"],
        target=current().in_force(on=today, district=None).limit(Kind.RESIDENTIAL),
        today=today,
    )


class Day(NamedTuple):
    """How many homes of a period were filed (or energised, where `ended`) on just this day.

    `period` is the last of the periods' first days that is not after the day of their power; None
    for homes that are open.
    """

    period: date | None
    day: date
    ended: bool
    homes: int


def days_of(districts: set[str] | None, starts: Iterable[date], *, district: str = "") -> list[Day]:
    """Of homes energised since the first of the days, and of those open; one statement.

    What a period's homes took together is the sum over the days of their power less that over the
    days of their filing: a year has few days, and thousands of pairs of them.
    """
    days = HomeDay.objects.filter(Q(last__gte=min(starts)) | Q(last__isnull=True))
    if districts is not None:
        days = days.filter(district__in=sorted(districts))
    if district:
        days = days.filter(district=district)
    whens = [When(last__gte=start, then=Value(start)) for start in sorted(starts, reverse=True)]
    days = days.annotate(period=Case(*whens, output_field=DateField()))
    filed = days.values_list("period", "first", Value(False)).annotate(count=Sum("homes"))
    ended = days.filter(last__isnull=False)
    ended = ended.values_list("period", "last", Value(True)).annotate(count=Sum("homes"))
    return [Day(*row) for row in filed.union(ended, all=True)]


def averages(
    found: Sequence[Day], starts: Iterable[date], today: date, table: Calendar
) -> list[Average]:
    """For the homes energised since each of the days."""
    known = {today, *(one.day for one in found)}
    first = min(known)
    passed = {day: table.used(first, day) for day in known}

    def taken(part: Sequence[Day]) -> tuple[int, int]:
        """How many homes, and how many days they took together; what is open ends today."""
        homes = sum(one.homes for one in part if not one.ended)
        open_ = sum(one.homes for one in part if one.period is None)
        days = sum(passed[one.day] * (one.homes if one.ended else -one.homes) for one in part)
        return homes, days + open_ * passed[today]

    open_homes, open_days = taken([one for one in found if one.period is None])
    answer = []
    for since in starts:
        cases, days = taken([one for one in found if one.period and one.period >= since])
        with_open = _mean(cases + open_homes, days + open_days)
        answer.append(Average(since, cases, _mean(cases, days), with_open))
    return answer


def past_target(districts: set[str] | None) -> QuerySet[Clock]:
    """The clocks of open homes whose target day is over, the longest first."""
    homes = Application.objects.filter(kind=Kind.RESIDENTIAL, ref=OuterRef("case_ref"))
    clocks = Clock.objects.filter(
        Exists(homes),
        part=None,
        kind=Clock.Kind.WHOLE_PROCESS,
        stopped_at__isnull=True,
        late_from__lte=CityNowOnce(),
    )
    if districts is not None:
        clocks = clocks.filter(district__in=sorted(districts))
    return clocks.order_by(*ORDER)


def _mean(homes: int, days: int) -> Decimal | None:
    """Of the days that so many homes took together; None where there are none."""
    return (Decimal(days) / homes).quantize(HUNDREDTH, ROUND_HALF_UP) if homes else None


@dataclass(frozen=True, slots=True)
class OpenHome:
    """`days` are the working days since its filing; `holder` has it now."""

    number: str
    district: str
    filed_on: date
    target_on: date
    days: int
    holder: str


def open_homes(clocks: Iterable[Clock]) -> list[OpenHome]:
    """One statement however many there are."""
    rows, table, now = list(clocks), calendar(), city_now()
    cases = Application.objects.filter(ref__in=[clock.case_ref for clock in rows])
    known = {case.ref: case for case in cases.only("ref", "number", "holder")}
    return [
        OpenHome(
            number=known[clock.case_ref].number,
            district=clock.district,
            filed_on=local_date(clock.started_at),
            target_on=clock.due_on,
            days=clock.carried_days + table.used(clock.started_at, now),
            holder=known[clock.case_ref].holder,
        )
        for clock in rows
        if clock.due_on
    ]
