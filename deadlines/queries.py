"""Reads of clocks: when they ran, and how many working days that used."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db.models import Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from core.clock import NEVER, CityNowOnce
from core.statements import Given, Read
from deadlines.models import Clock, Interval
from rules.calendar import Calendar
from rules.registry import calendar

Intervals = list[tuple[datetime, datetime]]
M = TypeVar("M", bound=Model)


def clocks_of(case_ref: UUID) -> dict[tuple[UUID | None, str], Clock]:
    """The newest clock of each kind of a case and its parts, by (part, kind)."""
    rows = Clock.objects.filter(case_ref=case_ref).order_by("id")
    return {(clock.part, clock.kind): clock for clock in rows}


def intervals_of(clocks: Iterable[Clock], now: datetime) -> dict[int, Intervals]:
    """By clock id; an open one ends now."""
    rows = list(clocks)
    found = closed_intervals([row.pk for row in rows])
    for row in rows:
        if row.interval_started_at:
            found[row.pk].append((row.interval_started_at, now))
    return found


_closed = Read(lambda: Interval.objects.filter(clock__among=Given()).order_by("started_at"))


def closed_intervals(ids: Iterable[int]) -> dict[int, Intervals]:
    """By clock id, each clock's in order; one statement."""
    found: dict[int, Intervals] = defaultdict(list)
    for row in _closed(list(ids)):
        found[row.clock_id].append((row.started_at, row.ended_at))
    return found


def days_in(intervals: Intervals, table: Calendar) -> int:
    return sum(table.used(begun, ended) for begun, ended in intervals if ended >= begun)


def days_used(clocks: Iterable[Clock], now: datetime) -> dict[int, int]:
    """Working days by clock id, earlier filings included."""
    rows, table = list(clocks), calendar()
    found = intervals_of(rows, now)
    return {row.pk: row.carried_days + days_in(found[row.pk], table) for row in rows}


def used_days(case_ref: UUID, kind: str, now: datetime) -> int:
    """The working days that a case's own clock has used, earlier filings included."""
    clock = Clock.objects.filter(case_ref=case_ref, part=None, kind=kind).order_by("-id").first()
    return days_used([clock], now)[clock.pk] if clock else 0


# Lists of things that have a record and one clock of their own: orders, follow-ups, enquiries,
# complaints


#: What runs out first stands first, what has no running clock behind it.
BY_TIME_LEFT: Final = ("runs_out", "id")


def was_late(kind: str) -> Q:
    """Of a row by its `ref`: whether its clock is or was late, by the instant only. What was late
    is asked for first, by its index: it is little among all that there ever was."""
    clocks = Clock.objects.filter(kind=kind)
    recorded = clocks.filter(breached_at__isnull=False)
    due = clocks.filter(
        state=Clock.State.RUNNING, noticed_at=None, target=False, late_from__lte=CityNowOnce()
    )
    return Q(ref__in=recorded.values("case_ref").union(due.values("case_ref")))


def in_order_of_time_left(found: QuerySet[M], kind: str) -> QuerySet[M]:
    """By the first late instant of the clock that runs, annotated as `runs_out`."""
    running = Clock.objects.filter(case_ref=OuterRef("ref"), kind=kind, state=Clock.State.RUNNING)
    first = Subquery(running.values("late_from")[:1])
    timed: Any = found.annotate(runs_out=Coalesce(first, Value(NEVER)))
    ordered: QuerySet[M] = timed.order_by(*BY_TIME_LEFT)
    return ordered


_own = Read(lambda: Clock.objects.filter(case_ref__among=Given()).filter(kind=Given()))


def own_clocks(found: Iterable[Any], kind: str) -> Mapping[UUID, Clock]:
    """By the reference of each row, in one query."""
    return {clock.case_ref: clock for clock in _own([each.ref for each in found], kind)}
