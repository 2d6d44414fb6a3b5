"""Reads of clocks: when they ran, and how many working days that used."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from deadlines.models import Clock, Interval
from rules.calendar import Calendar
from rules.registry import calendar

Intervals = list[tuple[datetime, datetime]]


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


def closed_intervals(ids: Iterable[int]) -> dict[int, Intervals]:
    """By clock id, each clock's in order; one statement."""
    found: dict[int, Intervals] = defaultdict(list)
    closed = Interval.objects.filter(clock__in=list(ids)).order_by("started_at")
    for clock_id, begun, ended in closed.values_list("clock_id", "started_at", "ended_at"):
        found[clock_id].append((begun, ended))
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
