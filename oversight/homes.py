"""Homes against their target (plan 2(1)): an average of the energised ones hides those still open.

So beside the mean of a period stand the open homes past their target, and the mean as it would be
if every open home ended now.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

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
    found = spans(districts, since=min(starts), district=district)
    # By what is kept with the case: the limit of a home is its target.
    late = Application.objects.filter(OPEN, kind=Kind.RESIDENTIAL, runs_out__lte=CityNowOnce())
    if districts is not None:
        late = late.filter(district__in=sorted(districts))
    late = late.filter(district=district) if district else late
    return Homes(
        averages(found, starts, today, calendar()),
        open=sum(span.homes for span in found if span.last is None),
        past_target=counted({"late": late.order_by(*OPEN_ORDER)})["late"],
        target=current().in_force(on=today, district=None).limit(Kind.RESIDENTIAL),
        today=today,
    )


class Span(NamedTuple):
    """How many homes were filed and energised (None: not yet) on just these days."""

    first: date
    last: date | None
    homes: int


def spans(districts: set[str] | None, *, since: date, district: str = "") -> list[Span]:
    """Of homes energised since a day, and of those open; one statement."""
    days = HomeDay.objects.filter(Q(last__gte=since) | Q(last__isnull=True))
    if districts is not None:
        days = days.filter(district__in=sorted(districts))
    if district:
        days = days.filter(district=district)
    rows = days.values_list("first", "last").annotate(count=Sum("homes")).exclude(count=0)
    return [Span(*row) for row in rows]


def averages(
    found: Sequence[Span], starts: Iterable[date], today: date, table: Calendar
) -> list[Average]:
    """For the homes energised since each of the days."""
    # Counted once for each day: a year has few of them, and thousands of pairs.
    known = {today, *(day for span in found for day in (span.first, span.last) if day)}
    first = min(known)
    passed = {day: table.used(first, day) for day in known}
    # So are the homes and the days that they took, by the day of their power; None: open still.
    homes, used = Counter[date | None](), Counter[date | None]()
    for begun, ended, count in found:
        homes[ended] += count
        used[ended] += (passed[ended or today] - passed[begun]) * count
    answer = []
    for since in starts:
        days = [day for day in homes if day and day >= since]
        cases, taken = sum(homes[day] for day in days), sum(used[day] for day in days)
        with_open = _mean(cases + homes[None], taken + used[None])
        answer.append(Average(since, cases, _mean(cases, taken), with_open))
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
