"""Tell of running clocks at their marks: each mark once, however late and however many run at once.

A mark that nobody told in its time, because nothing ran, is told by the next run, dated by its day;
a clock that has stopped, or stands still, is told of no more.
"""

import logging
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from core.clock import city_now
from deadlines import recalculation
from deadlines.marks import Reached, marks_of
from deadlines.models import Clock, ClockWarning
from deadlines.queries import closed_intervals, days_in
from deadlines.signals import warned
from rules.registry import calendar

log = logging.getLogger("tongdian.deadlines")

BATCH = 500
DUE = "warn_at <= (SELECT city_now())"
# As the sweep claims what is late: whoever works on a case now may stop its clock.
CLAIM = f"""
WITH due AS MATERIALIZED (
    SELECT id, case_ref FROM deadlines_clock
    WHERE {DUE} AND case_ref <> ALL (%s::uuid[]) ORDER BY warn_at LIMIT %s
), mine AS MATERIALIZED (
    SELECT id FROM due WHERE pg_try_advisory_xact_lock(case_key(case_ref))
)
SELECT * FROM deadlines_clock WHERE id IN (SELECT id FROM mine) AND {DUE}
ORDER BY warn_at, id FOR UPDATE SKIP LOCKED
"""  # noqa: S608 (constants only)


def warn(batch: int = BATCH) -> int:
    """Tell of all marks that are reached and return how many those are.

    A case of which it cannot be told is logged and left for the next run; the others go on.
    """
    aside: set[UUID] = set()
    done, size = 0, batch
    while True:
        claimed: list[Clock] = []
        try:
            with transaction.atomic():
                claimed = list(Clock.objects.raw(CLAIM, [list(aside), size]))
                done += _tell(claimed)
        except Exception:
            if not claimed:
                raise
            if size > 1:
                # One of them fails: from here on each by itself.
                size = 1
                continue
            log.exception("of the clocks of case %s nobody could be told", claimed[0].case_ref)
            aside.add(claimed[0].case_ref)
        else:
            if not claimed:
                return done


def _tell(claimed: Sequence[Clock]) -> int:
    """Write down the marks of claimed clocks that are reached, and send word of them."""
    if not claimed:
        return 0
    clocks, table, now = claimed, calendar(), city_now()
    if recalculation.count_stale(claimed, table):
        clocks = list(Clock.objects.filter(pk__in=[clock.pk for clock in claimed]))
    closed = closed_intervals(clock.pk for clock in clocks)
    found = []
    for clock in clocks:
        used = clock.carried_days + days_in(closed[clock.pk], table)
        marks = marks_of(clock, used, table)
        found += [_warning(clock, each) for each in marks if _open(clock, each) and each.at <= now]
        clock.warn_at = next((each.at for each in marks if each.at > now), None)
    Clock.objects.bulk_update(clocks, ["warn_at"])
    new = ClockWarning.objects.bulk_create(_untold(found))
    new.sort(key=lambda warning: (warning.on, warning.pk))
    if new:
        warned.send(sender=Clock, warnings=new)
    return len(new)


def _open(clock: Clock, reached: Reached) -> bool:
    return clock.warn_at is not None and reached.at >= clock.warn_at


def _warning(clock: Clock, reached: Reached) -> ClockWarning:
    assert clock.interval_started_at is not None
    assert clock.due_on is not None
    return ClockWarning(
        clock=clock,
        interval_started_at=clock.interval_started_at,
        mark=reached.mark.name,
        on=reached.on,
        due_on=clock.due_on,
    )


def _untold(found: Sequence[ClockWarning]) -> list[ClockWarning]:
    """A calendar may bring a mark ahead again that was told for the same last day."""
    key = ("clock_id", "interval_started_at", "mark", "due_on")
    told = set(
        ClockWarning.objects.filter(clock__in=[each.clock_id for each in found]).values_list(*key)
    )
    return [each for each in found if tuple(getattr(each, name) for name in key) not in told]
