"""Homes against their target (plan 2(1)): an average of the energised ones hides those still open.

So beside the mean of a period stand the open homes past their target, and the mean as it would be
if every open home ended now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from applications.models import Application
from applications.workflow import State
from core.clock import CITY, city_now, local_date
from deadlines.models import Clock
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
    averages: Sequence[Average]
    open: int
    past_target: int
    target: Limit
    today: date


def figures(districts: set[str] | None, *, district: str = "") -> Homes:
    """Those of today, in one statement; None means every district."""
    now = city_now()
    today = local_date(now)
    starts = [today - timedelta(days=period - 1) for period in PERIODS]
    found = spans(districts, since=min(starts), now=now, district=district)
    still = [span for span in found if span.last is None]
    return Homes(
        averages(found, starts, today, calendar()),
        open=sum(span.homes for span in still),
        past_target=sum(span.past for span in still),
        target=current().in_force(on=today, district=None).limit(Kind.RESIDENTIAL),
        today=today,
    )


class Span(NamedTuple):
    """How many homes were filed and energised (None: not yet) on just these days; `past` of them
    are past their target."""

    first: date
    last: date | None
    homes: int
    past: int


def spans(
    districts: set[str] | None, *, since: date, now: datetime, district: str = ""
) -> list[Span]:
    """Of homes energised since a day, and of those open; one statement."""
    begun = datetime.combine(since, datetime.min.time(), CITY)
    counted = Application.objects.filter(
        Q(state=State.ENERGISED, ended_at__gte=begun) | Q(ended_at__isnull=True)
    )
    days = (
        _clocks(districts, district)
        .filter(case_ref__in=counted.values("ref"))
        .values_list(TruncDate("started_at", tzinfo=CITY), TruncDate("stopped_at", tzinfo=CITY))
    )
    homes, late = Count("id"), Count("id", filter=Q(late_from__lte=now))
    return [Span(*row) for row in days.annotate(homes=homes, past_target=late)]


def averages(
    found: Sequence[Span], starts: Iterable[date], today: date, table: Calendar
) -> list[Average]:
    """For the homes energised since each of the days."""
    open_now = [(span.first, today, span.homes) for span in found if span.last is None]
    answer = []
    for since in starts:
        ended = [
            (span.first, span.last, span.homes)
            for span in found
            if span.last is not None and span.last >= since
        ]
        cases, mean = _mean(ended, table)
        _count, with_open = _mean([*ended, *open_now], table)
        answer.append(Average(since, cases, mean, with_open))
    return answer


def past_target(districts: set[str] | None) -> QuerySet[Clock]:
    """The clocks of open homes whose target day is over, the longest first."""
    still = _clocks(districts).filter(stopped_at__isnull=True)
    return still.filter(late_from__lte=city_now()).order_by(*ORDER)


def _clocks(districts: set[str] | None, district: str = "") -> QuerySet[Clock]:
    """Of the whole process of homes that were filed."""
    homes = Application.objects.filter(kind=Kind.RESIDENTIAL)
    clocks = Clock.objects.filter(
        case_ref__in=homes.values("ref"), part=None, kind=Clock.Kind.WHOLE_PROCESS
    )
    if districts is not None:
        clocks = clocks.filter(district__in=sorted(districts))
    return clocks.filter(district=district) if district else clocks


def _mean(spans: Iterable[tuple[date, date, int]], table: Calendar) -> tuple[int, Decimal | None]:
    rows = list(spans)
    cases = sum(count for _a, _b, count in rows)
    used = Decimal(sum(table.used(a, b) * count for a, b, count in rows))
    return cases, (used / cases).quantize(HUNDREDTH, ROUND_HALF_UP) if cases else None


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
