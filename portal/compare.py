"""The clocks that are kept, compared with those that the record has: every difference by name."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

from applications.case_facts import CaseFacts
from applications.enquiries.models import Enquiry
from applications.facts import facts_of
from applications.follow_ups.models import FollowUp
from applications.models import Application
from applications.steps import days_before
from approvals.commitments.models import Commitment
from approvals.models import Permit
from core.clock import city_now, end_of
from deadlines.actions import count_again
from deadlines.custody import FILED
from deadlines.models import Clock, Recalculation
from deadlines.queries import Intervals, closed_intervals, days_in
from ledger.models import Entry
from ledger.queries import Event, timeline, timelines
from money.complaints.models import Complaint
from oversight.interruptions.models import InterruptionComplaint
from oversight.models import RectificationOrder
from portal.recount import (
    Clocks,
    Counted,
    Name,
    of_case,
    of_check,
    of_complaint,
    of_enquiry,
    of_follow_up,
    of_interruption,
    of_order,
    of_report,
)
from reliability.reports.models import Report
from rules.calendar import Calendar
from rules.models import CalendarVersion
from rules.registry import calendar

BATCH: Final = 500
Row = tuple[object, ...]
M = TypeVar("M", bound=Model)
#: Clocks of nothing that has a record.
STRAYS: Final = """
SELECT c.case_ref, c.kind FROM deadlines_clock c
WHERE NOT EXISTS (SELECT 1 FROM applications_application a WHERE a.ref = c.case_ref)
AND NOT EXISTS (SELECT 1 FROM rectification_order o WHERE o.ref = c.case_ref)
AND NOT EXISTS (SELECT 1 FROM applications_followup f WHERE f.ref = c.case_ref)
AND NOT EXISTS (SELECT 1 FROM applications_enquiry q WHERE q.ref = c.case_ref)
AND NOT EXISTS (SELECT 1 FROM money_complaint p WHERE p.ref = c.case_ref)
AND NOT EXISTS (SELECT 1 FROM oversight_interruptioncomplaint i WHERE i.ref = c.case_ref)
AND NOT EXISTS (SELECT 1 FROM reliability_report r WHERE r.ref = c.case_ref)
AND NOT EXISTS (SELECT 1 FROM approvals_commitment m WHERE m.ref = c.case_ref)
"""

#: What has a record and one clock of its own, and how that is counted again.
ALONE: Final[tuple[tuple[Callable[[], QuerySet[Any]], Callable[..., Clocks]], ...]] = (
    (RectificationOrder.objects.all, of_order),
    (lambda: FollowUp.objects.select_related("application"), of_follow_up),
    (lambda: Enquiry.objects.select_related("application"), of_enquiry),
    (lambda: Complaint.objects.select_related("application"), of_complaint),
    (InterruptionComplaint.objects.all, of_interruption),
    (Report.objects.all, of_report),
)


def differences() -> Iterator[Row]:
    """Number of the case, order or report (of a follow-up, an enquiry or a complaint: of its case,
    and which), kind of the clock, what differs, as kept, as the record has it. A few queries for
    every five hundred."""
    with connection.cursor() as cursor:
        cursor.execute(STRAYS)
        for ref, kind in cursor.fetchall():
            yield ref, kind, "clock", "kept", "none"
    filings, now = Filings(), city_now()
    for cases in _batches(Application.objects.order_by("pk")):
        refs = [case.ref for case in cases]
        events = timelines(refs)
        found = Permit.objects.filter(case_ref__in=refs).select_related("line_works", "round")
        permits = {permit.ref: permit for permit in found}
        counted = {
            case.ref: of_case(case, events[case.ref], permits, filings.first(case.ref))
            for case in cases
        }
        numbers = {case.ref: case.number for case in cases}
        yield from Comparison(now, filings).of(numbers, counted, events)
    for kept, again in ALONE:
        for rows in _batches(kept().order_by("pk")):
            events = timelines(row.ref for row in rows)
            counted = {row.ref: again(row, events[row.ref]) for row in rows}
            numbers = {row.ref: str(row) for row in rows}
            yield from Comparison(now, filings).of(numbers, counted, events)
    signed = Commitment.objects.select_related("permit__line_works", "permit__round")
    for checks in _batches(signed.order_by("pk")):
        events = timelines(row.ref for row in checks)
        steps = timelines({row.permit.case_ref for row in checks})
        counted = {row.ref: of_check(row, steps[row.permit.case_ref]) for row in checks}
        numbers = {row.ref: row.permit.line_works.application for row in checks}
        yield from Comparison(now, filings).of(numbers, counted, events)


def facts() -> Iterator[Row]:
    """Number of the case, what differs, as kept, as counted again by the same calendar."""
    counted = CaseFacts.objects.exclude(counted_at=None).select_related("application")
    for version in counted.order_by().values_list("calendar_version", flat=True).distinct():
        table = calendar(version)
        for rows in _batches(counted.filter(calendar_version=version).order_by("pk")):
            again = facts_of([row.application for row in rows], table)
            for row, values in zip(rows, again, strict=True):
                for name, wanted in values.items():
                    if (has := getattr(row, name)) != wanted:
                        yield row.application.number, name, has, wanted


def _batches(rows: QuerySet[M]) -> Iterator[list[M]]:
    last = 0
    while found := list(rows.filter(pk__gt=last)[:BATCH]):
        yield found
        last = found[-1].pk


class Filings:
    """Which cases filed the same again, by the record: in order, with their instants."""

    def __init__(self) -> None:
        self.lineages: dict[UUID, list[tuple[datetime, UUID]]] = defaultdict(list)
        self.lineage: dict[UUID, UUID] = {}
        filed = Entry.objects.filter(type=FILED).order_by("at", "id")
        for lineage, at, ref in filed.values_list("lineage", "at", "case_ref"):
            if lineage is not None:
                self.lineages[lineage].append((at, ref))
                self.lineage[ref] = lineage

    def first(self, ref: UUID) -> datetime | None:
        lineage = self.lineage.get(ref)
        return self.lineages[lineage][0][0] if lineage else None

    def carried(self, ref: UUID, table: Calendar) -> int:
        """The working days that the filings before have used."""
        before = None
        for _at, each in self.lineages.get(self.lineage.get(ref, ref), ()):
            if each == ref:
                break
            before = each
        if before is None:
            return 0
        case = Application.objects.get(ref=before)
        held = of_case(case, timeline(before), {}, self.first(before))
        [handling] = held.of(None, [Clock.Kind.HANDLING])
        return self.carried(before, table) + days_in(handling.ran, table)


@dataclass
class Comparison:
    now: datetime
    filings: Filings

    def of(
        self,
        numbers: dict[UUID, str],
        counted: dict[UUID, Clocks],
        events: dict[UUID, list[Event]],
    ) -> Iterator[Row]:
        kept: dict[tuple[UUID, Name], list[Clock]] = defaultdict(list)
        rows = list(Clock.objects.filter(case_ref__in=list(numbers)).order_by("id"))
        for row in rows:
            kept[row.case_ref, (row.part, row.kind)].append(row)
        ids = [row.pk for row in rows]
        self.ran = closed_intervals(ids)
        self.moved: dict[int, list[Recalculation]] = defaultdict(list)
        for move in Recalculation.objects.filter(clock__in=ids).order_by("id"):
            self.moved[move.clock_id].append(move)
        self.versions = list(CalendarVersion.objects.order_by("id").values_list("label", flat=True))
        for ref, number in numbers.items():
            names = dict.fromkeys(name for of, name in kept if of == ref) | dict.fromkeys(
                counted[ref].found
            )
            for name in names:
                pairs = zip_longest(kept[ref, name], counted[ref].found.get(name, ()))
                for clock, one in pairs:
                    for what, has, wanted in self._between(clock, one, events[ref]):
                        yield number, name[1], what, has, wanted

    def _between(
        self, clock: Clock | None, one: Counted | None, events: Sequence[Event]
    ) -> Iterator[Row]:
        if clock is None or one is None:
            yield "clock", "kept" if clock else "none", "counted" if one else "none"
            return
        limit = one.new.limit
        breach = _breach(clock, events)
        same: dict[str, tuple[object, object]] = {
            "state": (clock.state, one.state),
            "step": (clock.step, one.new.step),
            "limit_days": (clock.limit_days, limit.days if limit else None),
            "target": (clock.target, bool(limit and limit.statistic == "average")),
            "started_at": (clock.started_at, one.started),
            "interval_started_at": (clock.interval_started_at, one.since),
            "stopped_at": (clock.stopped_at, one.stopped),
            "intervals": (sorted(self.ran[clock.pk]), sorted(one.ran)),
            "breached_at": (clock.breached_at, breach and breach.at),
            "noticed_at": (clock.noticed_at, breach and breach.recorded_at),
            "late_from": (clock.late_from, clock.due_on and end_of(clock.due_on)),
        }
        for what, (has, wanted) in same.items():
            if has != wanted:
                yield what, has, wanted
        if clock.calendar_version not in self.versions:
            yield "calendar_version", clock.calendar_version, self.versions
            return
        if clock.carried_days not in (carried := self._carried(clock)):
            yield "carried_days", clock.carried_days, carried
        if clock.due_on not in (due := self._due(clock, one)):
            yield "due_on", clock.due_on, due

    def _carried(self, clock: Clock) -> list[int]:
        """By each calendar: one that came later than the filing may count its days otherwise."""
        if clock.kind == Clock.Kind.STEP:
            case, since = Application.objects.get(ref=clock.case_ref), clock.started_at
            return [days_before(case, clock.step, since, calendar(each)) for each in self.versions]
        if clock.kind != Clock.Kind.HANDLING:
            return [0]
        days = {self.filings.carried(clock.case_ref, calendar(each)) for each in self.versions}
        return sorted(days)

    def _due(self, clock: Clock, one: Counted) -> list[date | None]:
        """The last days that it may have: by its calendar; as a recalculation left it; and where a
        newer calendar came when an older one's last day was over, still that (decision 0012)."""
        last = one.last()
        if last is None or one.new.limit is None:
            return [None]
        since, before = last
        days = {each: _counted(clock, since, before, each) for each in self.versions}
        counted = days[clock.calendar_version]
        if moved := [each for each in self.moved[clock.pk] if each.at >= since]:
            newest = moved[-1]
            by_another = newest.calendar_version != clock.calendar_version
            return [newest.due_on, counted] if by_another else [newest.due_on]
        until = clock.stopped_at or self.now
        over = {day for day in days.values() if day > counted and end_of(day) <= until}
        return [counted, *sorted(over)]


def _counted(clock: Clock, since: datetime, before: Intervals, version: str) -> date:
    copy = Clock(
        kind=clock.kind,
        limit_days=clock.limit_days or 0,
        carried_days=clock.carried_days,
        interval_started_at=since,
    )
    table = calendar(version)
    used = copy.carried_days + days_in(before, table)
    count_again(copy, table, used=used, now=since)
    assert copy.due_on is not None
    return copy.due_on


def _breach(clock: Clock, events: Sequence[Event]) -> Event | None:
    late = [
        event
        for event in events
        if (event.type, event.part, event.clock)
        == ("clock.breached", clock.part, f"{clock.kind} late")
        # A case has a clock for each of its steps, one after the other.
        and clock.started_at <= event.at <= (clock.stopped_at or event.at)
    ]
    return late[-1] if late else None
