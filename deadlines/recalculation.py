"""A calendar was loaded: last days that it moves or makes final are counted again, once."""

import logging
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.actor import SYSTEM
from core.clock import city_now, end_of, local_date
from core.locks import try_lock_case
from deadlines import marks
from deadlines.actions import count_again
from deadlines.models import Clock, Recalculation
from deadlines.queries import closed_intervals, days_in
from deadlines.signals import recalculated
from ledger.models import Entry
from ledger.record import NewEntry, append
from rules.calendar import Calendar
from rules.models import CalendarVersion
from rules.registry import calendar

log = logging.getLogger("tongdian.deadlines")

BATCH = 500
SAVED = (
    "due_on", "late_from", "provisional", "calendar_version", "due_before", "recounted_at",
    "warn_at",
)  # fmt: skip
Place = tuple[date, int]


def batches(size: int = BATCH) -> Iterator[int]:
    """Count again what a newer calendar may change; yields how many clocks of a batch changed.

    Only clocks that run and were not found late are touched, each case under its lock in a
    transaction of its own; one that somebody works on is left for the next sweep. So it may be
    ended and begun again at any point.
    """
    table = calendar()
    others = CalendarVersion.objects.exclude(label=table.version).order_by("id")
    for version in others.values_list("label", flat=True):
        place: Place | None = None
        while rows := list(_running(version, table, place)[:size]):
            place = rows[-1].due_on, rows[-1].pk  # type: ignore[assignment]
            yield sum(_case(ref, table) for ref in sorted({row.case_ref for row in rows}))


def _running(version: str, table: Calendar, after: Place | None) -> QuerySet[Clock]:
    """Clocks counted by a version whose last day lies where the calendars differ, by index."""
    first = _first_change(table, version)
    if first is None:
        return Clock.objects.none()
    found = _open().filter(calendar_version=version, due_on__gte=first).order_by("due_on", "id")
    if after is None:
        return found
    day, pk = after
    return found.filter(Q(due_on__gt=day) | Q(due_on=day, pk__gt=pk))


@lru_cache(maxsize=64)
def _first_change(table: Calendar, version: str) -> date | None:
    return table.first_change(calendar(version))


def _open() -> QuerySet[Clock]:
    running = Clock.objects.filter(state=Clock.State.RUNNING, noticed_at=None)
    return running.filter(due_on__isnull=False)


def _case(ref: UUID, table: Calendar) -> int:
    try:
        with transaction.atomic():
            return len(of_held_case(ref, table)) if try_lock_case(ref) else 0
    except Exception:
        log.exception("the due days of case %s could not be counted again", ref)
        return 0


def is_stale(clock: Clock, table: Calendar) -> bool:
    if clock.calendar_version == table.version or clock.due_on is None:
        return False
    first = _first_change(table, clock.calendar_version)
    return first is not None and clock.due_on >= first


def count_stale(clocks: Iterable[Clock], table: Calendar) -> bool:
    """Count again the cases of clocks, all held, that an older calendar may have counted
    otherwise; whether there were any."""
    stale = {clock.case_ref for clock in clocks if is_stale(clock, table)}
    for ref in sorted(stale):
        of_held_case(ref, table)
    return bool(stale)


def of_held_case(ref: UUID, table: Calendar) -> list[Recalculation]:
    """Count again the clocks of a case whose lock is held; returns what changed.

    A day that was over when the calendar came is nobody's last day: the day of the recalculation
    is, at most the day that it was due before (docs/decisions/0012).
    """
    clocks = [c for c in _open().filter(case_ref=ref).order_by("id") if is_stale(c, table)]
    if not clocks:
        return []
    now = city_now()
    today = local_date(now)
    closed = closed_intervals([clock.pk for clock in clocks])
    changed = []
    for clock in clocks:
        was, was_provisional, version = clock.due_on, clock.provisional, clock.calendar_version
        used, untold = clock.carried_days + days_in(closed[clock.pk], table), clock.warn_at
        count_again(clock, table, used=used, now=now)
        counted = clock.due_on
        assert was is not None
        assert counted is not None
        clock.due_on = max(counted, min(was, today))
        clock.late_from = end_of(clock.due_on)
        # A mark that has passed and was told to nobody is still to be told, by its new day.
        clock.warn_at = (
            untold if untold and untold <= now else marks.next_after(now, clock, used, table)
        )
        if (clock.due_on, clock.provisional) != (was, was_provisional):
            one = Recalculation(
                clock=clock,
                version_before=version,
                calendar_version=table.version,
                was=was,
                was_provisional=was_provisional,
                due_on=clock.due_on,
                counted=counted,
                provisional=clock.provisional,
            )
            changed.append(one)
    if changed:
        _keep(changed, table)
    Clock.objects.bulk_update(clocks, SAVED)
    return changed


def _keep(changed: list[Recalculation], table: Calendar) -> None:
    """Write down what changed, on the record and beside the clock, and tell the apps above."""
    loaded = CalendarVersion.objects.defer("document").get(label=table.version)
    # The instant of the record's entry; the server's where the record began later.
    came = Entry.objects.filter(pk=loaded.entry or 0).values_list("at", flat=True).first()
    for one in changed:
        notices = table.new_notices(calendar(one.version_before))
        one.reason = {
            "notices": [
                {"zh": each.source.title.zh, "en": each.source.title.en, "number": each.number}
                for each in notices
            ],
            "text": loaded.reason,
            "role": loaded.approved_role,
            "loaded_at": (came or loaded.loaded_at).isoformat(),
            "entry": loaded.entry,
        }
    entries = [
        NewEntry(
            case_ref=one.clock.case_ref,
            part=one.clock.part,
            type="clock.recounted",
            actor=SYSTEM,
            clock=f"{one.clock.kind} recounted",
            data={
                "clock": one.clock.pk,
                "was": one.was,
                "due_on": one.due_on,
                "counted": one.counted,
                "provisional": one.provisional,
                "calendar_before": one.version_before,
                "calendar": one.calendar_version,
                "reason": one.reason,
            },
        )
        for one in changed
    ]
    at = append(*entries)[0].at
    for one in changed:
        one.at = at
        one.clock.due_before, one.clock.recounted_at = one.was, at
    Recalculation.objects.bulk_create(changed)
    recalculated.send(sender=Clock, recalculations=changed)
