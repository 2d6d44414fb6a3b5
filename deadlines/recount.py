"""A calendar was published: due days that reached into its year are counted again, once."""

import logging
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.actor import SYSTEM
from core.locks import try_lock_case
from deadlines.actions import count_again
from deadlines.models import Clock
from ledger.record import NewEntry, append
from rules.calendar import Calendar
from rules.registry import calendar

log = logging.getLogger("tongdian.deadlines")

SAVED = (
    "due_on", "late_from", "provisional", "calendar_version", "due_before", "recounted_at",
)  # fmt: skip


def recount() -> int:
    """Count provisional due days again where a newer calendar is loaded.

    Only clocks that run and were not found late are touched, each case under its lock; one that
    somebody works on is left for the next sweep. Every day that moves, or becomes final, is an
    entry of the record, and the clock keeps the day that it was due before.

    Returns:
        How many clocks were counted again.
    """
    table = calendar()
    refs = _waiting(table).values_list("case_ref", flat=True).distinct()
    return sum(_case(ref, table) for ref in list(refs))


def _waiting(table: Calendar) -> QuerySet[Clock]:
    running = Clock.objects.filter(state=Clock.State.RUNNING, provisional=True, noticed_at=None)
    return running.exclude(calendar_version=table.version)


def _case(ref: UUID, table: Calendar) -> int:
    try:
        with transaction.atomic():
            return _counted(ref, table) if try_lock_case(ref) else 0
    except Exception:
        log.exception("the due days of case %s could not be counted again", ref)
        return 0


def _counted(ref: UUID, table: Calendar) -> int:
    """Count the clocks of a held case; those that stay as they are only note the calendar."""
    clocks = list(_waiting(table).filter(case_ref=ref).order_by("id"))
    before = {clock.pk: clock.due_on for clock in clocks}
    for clock in clocks:
        count_again(clock, table)
    changed = [one for one in clocks if one.due_on != before[one.pk] or not one.provisional]
    if changed:
        at = append(*(_entry(clock, before[clock.pk]) for clock in changed))[0].at
        for clock in changed:
            clock.due_before, clock.recounted_at = before[clock.pk], at
    Clock.objects.bulk_update(clocks, SAVED)
    return len(changed)


def _entry(clock: Clock, before: object) -> NewEntry:
    return NewEntry(
        case_ref=clock.case_ref,
        part=clock.part,
        type="clock.recounted",
        actor=SYSTEM,
        clock=f"{clock.kind} recounted",
        data={
            "clock": clock.pk,
            "was": before,
            "due_on": clock.due_on,
            "calendar": clock.calendar_version,
        },
    )
