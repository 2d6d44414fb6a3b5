"""Reads of clocks: what was used, what is due, what is late."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from core.clock import CITY
from deadlines.models import Clock, Interval
from rules.calendar import Calendar
from rules.registry import calendar

ONE_SECOND = timedelta(seconds=1)
Spans = list[tuple[datetime, datetime]]


def clocks_of(case_ref: UUID) -> dict[tuple[UUID | None, str], Clock]:
    """Return the newest clock of each kind of a case and its parts, by (part, kind)."""
    rows = Clock.objects.filter(case_ref=case_ref).order_by("id")
    return {(clock.part, clock.kind): clock for clock in rows}


def spans_of(clocks: Iterable[Clock], now: datetime) -> dict[int, Spans]:
    """Return the intervals of clocks by clock id; an open one ends now."""
    rows = list(clocks)
    spans = closed_spans([row.pk for row in rows])
    for row in rows:
        if row.interval_started_at:
            spans[row.pk].append((row.interval_started_at, now))
    return spans


def closed_spans(ids: Iterable[int]) -> dict[int, Spans]:
    """Return the closed intervals of clocks by clock id, each clock's in order; one statement."""
    spans: dict[int, Spans] = defaultdict(list)
    closed = Interval.objects.filter(clock__in=list(ids)).order_by("started_at")
    for clock_id, begun, ended in closed.values_list("clock_id", "started_at", "ended_at"):
        spans[clock_id].append((begun, ended))
    return spans


def days_in(spans: Spans, table: Calendar) -> int:
    """Return the working days used in some intervals."""
    return sum(table.used(begun, ended) for begun, ended in spans if ended >= begun)


def last_second(clock: Clock | None) -> datetime | None:
    """Return 23:59:59 of the due day, the last second in time, as the contract shows it."""
    if clock is None or clock.late_from is None:
        return None
    return clock.late_from.astimezone(CITY) - ONE_SECOND


def used_days(case_ref: UUID, kind: str, now: datetime) -> int:
    """Return the working days that a case's own clock has used, earlier filings included."""
    clock = Clock.objects.filter(case_ref=case_ref, part=None, kind=kind).order_by("-id").first()
    if clock is None:
        return 0
    return clock.carried_days + days_in(spans_of([clock], now)[clock.pk], calendar())


def late_clocks(districts: set[str] | None) -> QuerySet[Clock]:
    """Return breached clocks, newest breach first; None means every district."""
    late = Clock.objects.filter(breached_at__isnull=False).order_by("-breached_at", "-id")
    return late if districts is None else late.filter(district__in=districts)
