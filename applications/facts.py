"""What a case came to, counted from its record once it has ended: who held it how long, which
limits were met, and whose a delay was."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from applications.case_facts import CaseFacts
from applications.custody import earlier_filings, is_of_all, used_by
from applications.models import Application
from applications.steps import spent
from approvals.custody import is_bureaus, parts_of
from core.clock import city_now
from deadlines.custody import custody_spans, totals
from deadlines.delay import Delay, Part, delay_of
from deadlines.models import Clock
from deadlines.queries import days_used
from ledger.queries import Event, timelines
from rules.calendar import Calendar
from rules.registry import calendar

COUNTED: Final = (
    "supplier_days", "applicant_days", "government_days", "limits", "steps", "permits",
)  # fmt: skip


def count_facts(batch: int = 200) -> int:
    """Count what waits and return how many that were; any number may do so at once."""
    total = 0
    while counted := _count_batch(batch):
        total += counted
    return total


def _count_batch(batch: int) -> int:
    table = calendar()
    with transaction.atomic():
        waiting = CaseFacts.objects.filter(counted_at=None).order_by("application_id")
        rows = list(
            waiting.select_related("application").select_for_update(of=["self"], skip_locked=True)[
                :batch
            ]
        )
        now = city_now()
        found = facts_of([row.application for row in rows], table)
        for row, values in zip(rows, found, strict=True):
            row.counted_at, row.calendar_version = now, table.version
            for name in COUNTED:
                setattr(row, name, values[name])
        CaseFacts.objects.bulk_update(rows, ["counted_at", "calendar_version", *COUNTED])
    return len(rows)


def facts_of(cases: Sequence[Application], table: Calendar) -> Iterator[dict[str, Any]]:
    """The values of ended cases, from the record and the clocks, by one calendar."""
    refs = [case.ref for case in cases]
    events, clocks = timelines(refs), dict[Any, list[Clock]]()
    for clock in Clock.objects.filter(case_ref__in=refs).order_by("id"):
        clocks.setdefault(clock.case_ref, []).append(clock)
    for case in cases:
        yield _facts(case, events[case.ref], clocks[case.ref], table)


def _facts(
    case: Application, events: Sequence[Event], clocks: Sequence[Clock], table: Calendar
) -> dict[str, Any]:
    end = case.ended_at
    assert end is not None
    filings = [*earlier_filings(case), events]
    held = custody_spans(filings, end)
    parts = parts_of(case.ref, events, clocks, end, table)
    limits = [
        {
            "measure": clock.kind,
            "statistic": "average" if clock.target else "cap",
            "days": clock.limit_days,
            "used": max((days for days in used_by(clock, held, table) if days), default=0),
            "met": is_met(clock, end),
            "delay": said(delay_of(clock, held, end, table, parts)),
        }
        for clock in clocks
        if is_of_all(clock)
    ]
    days = totals(held, table).by_holder
    return {
        **{f"{holder}_days": count for holder, count in days.items()},
        "limits": [*limits, *_steps(clocks, end)],
        "steps": [asdict(each) for each in spent(case, filings, end, table)],
        "permits": [_permit(part, table) for part in parts],
    }


def is_met(clock: Clock, end: datetime) -> bool:
    return clock.breached_at is None and not clock.past(end)


def _steps(clocks: Sequence[Clock], end: datetime) -> list[dict[str, Any]]:
    """Those steps of it that had a limit of their own; one that it came back to is met if it always
    was."""
    found = [clock for clock in clocks if clock.step]
    used = days_used(found, end)
    return [
        {
            "measure": "step",
            "step": clock.step,
            "statistic": "cap",
            "days": clock.limit_days,
            "used": used[clock.pk],
            "met": all(is_met(each, end) for each in found if each.step == clock.step),
        }
        for clock in {clock.step: clock for clock in found}.values()
    ]


def _permit(part: Part, table: Calendar) -> dict[str, Any]:
    clock = part.clock
    return {
        "permit": part.code,
        "bureau": part.bureau,
        "days": totals(part.phases, table, net=is_bureaus).net,
        "limit": clock and clock.limit_days,
        "met": clock is None or clock.breached_at is None,
        "delay": said(part.delay),
    }


def said(delay: Delay | None) -> dict[str, dict[str, int]]:
    shares = delay.by_holder if delay else {}
    return {
        holder: {"calendar": days.calendar, "working": days.working}
        for holder, days in shares.items()
    }
