"""Notice what is late: right whenever it runs, however late, however many run at once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from core.locks import case_key, try_lock_case
from core.statements import Statement
from deadlines import recalculation
from deadlines.actions import record_breaches
from deadlines.models import Clock
from deadlines.signals import intake_passed
from rules.registry import calendar

log = logging.getLogger("tongdian.deadlines")

# The instant is asked for once a statement, so that the index finds what is due; asked for every
# row, it would be compared with every clock that runs.
DUE = (
    "state = 'running' AND noticed_at IS NULL AND NOT target AND late_from IS NOT NULL"
    " AND late_from <= (SELECT city_now())"
)

# Cases first (the lock order), then rows: whoever works on a case now will settle it himself,
# and what another sweep has claimed is skipped.
CLAIM = f"""
WITH due AS MATERIALIZED (
    SELECT id, case_ref FROM deadlines_clock
    WHERE {DUE} AND case_ref <> ALL (%s::uuid[]) ORDER BY late_from LIMIT %s
), mine AS MATERIALIZED (
    SELECT id FROM due WHERE pg_try_advisory_xact_lock(case_key(case_ref))
)
SELECT * FROM deadlines_clock WHERE id IN (SELECT id FROM mine) AND {DUE}
ORDER BY late_from, id FOR UPDATE SKIP LOCKED
"""  # noqa: S608 (constants only)
CLAIM_CASE = f"""
SELECT * FROM deadlines_clock WHERE case_ref = %s AND {DUE}
ORDER BY late_from, id FOR UPDATE SKIP LOCKED
"""  # noqa: S608 (constants only)
STILL = f"SELECT * FROM deadlines_clock WHERE id = ANY (%s) AND {DUE} ORDER BY late_from, id"  # noqa: S608
PASSED = Statement(f"SELECT EXISTS (SELECT 1 FROM deadlines_clock WHERE case_ref = $1 AND {DUE})")  # noqa: S608
LOCK = "SELECT pg_advisory_xact_lock(%s);"
DUE_CASES = f"""
SELECT case_ref FROM deadlines_clock WHERE {DUE} AND case_ref <> ALL (%s::uuid[])
GROUP BY case_ref ORDER BY min(late_from) LIMIT %s
"""  # noqa: S608 (constants only)


@dataclass(frozen=True, slots=True)
class Found:
    """Clocks claimed as due, and those recorded: others are not due by the calendar in force."""

    claimed: int
    recorded: int

    def __add__(self, other: "Found") -> "Found":
        return Found(self.claimed + other.claimed, self.recorded + other.recorded)


def sweep(batch: int = 500) -> int:
    """Record what is late now, batch by batch, and return how many clocks that were.

    What a newer calendar moves is counted again before it is called late. A case in which it cannot
    be recorded is logged and left for the next sweep; the others go on.
    """
    aside: set[UUID] = set()
    done = _late(batch, aside)
    for _changed in recalculation.batches():
        done += _late(batch, aside)
    return done


def _late(batch: int, aside: set[UUID]) -> int:
    """Record all that is late now; the cases in `aside` are passed over, and failing ones added."""
    done = 0
    while True:
        left = len(aside)
        try:
            with transaction.atomic():
                found = _notice(list(Clock.objects.raw(CLAIM, [list(aside), batch])))
        except Exception:  # noqa: BLE001 (said of the case that it is, below)
            found = _case_by_case(batch, aside)
        done += found.recorded
        if not found.claimed and len(aside) == left:
            return done


def _case_by_case(batch: int, aside: set[UUID]) -> Found:
    """Record the same batch each case by itself, and put aside those that fail."""
    with connection.cursor() as cursor:
        cursor.execute(DUE_CASES, [list(aside), batch])
        refs = [ref for (ref,) in cursor.fetchall()]
    found = Found(0, 0)
    for ref in refs:
        try:
            with transaction.atomic():
                if try_lock_case(ref):
                    found += settle_locked(ref)
        except Exception:
            log.exception("what is late in case %s could not be recorded", ref)
            aside.add(ref)
    return found


def settle(case_ref: UUID) -> None:
    """Record what is late, committed by itself: it stays on record if the act is refused."""
    if has_passed(case_ref):
        with transaction.atomic():
            hold_case(case_ref)


def has_passed(case_ref: UUID) -> bool:
    """Whether a clock of the case has passed without being recorded yet."""
    with connection.cursor() as cursor:
        cursor.execute(*PASSED.ready(case_ref))
        answer: bool = cursor.fetchone()[0]
    return answer


def hold_case(case_ref: UUID) -> None:
    """Hold a case and record what is late in it, in one round trip: how every act begins."""
    passed, values = PASSED.ready(case_ref)
    with connection.cursor() as cursor:
        cursor.execute(LOCK + passed, [case_key(case_ref), *values])
        late = cursor.fetchone()[0]
    if late:
        settle_locked(case_ref)


def settle_locked(case_ref: UUID) -> Found:
    """Record what is late in one case whose lock is held; part of every action on it.

    A passed intake may start a review that is late already, so it looks until nothing is left.
    """
    total = Found(0, 0)
    while (found := _notice(list(Clock.objects.raw(CLAIM_CASE, [case_ref])))).claimed:
        total += found
    return total


def _notice(claimed: Sequence[Clock]) -> Found:
    """Record claimed clocks: silence for an intake, a breach for any other.

    Those counted by an older calendar are counted again first: no day is called late that a
    calendar in force has moved.
    """
    if not claimed:
        return Found(0, 0)
    clocks, table = claimed, calendar()
    if recalculation.count_stale(claimed, table):
        clocks = list(Clock.objects.raw(STILL, [[clock.pk for clock in claimed]]))
    intakes = [clock for clock in clocks if clock.kind == Clock.Kind.INTAKE]
    late = [clock for clock in clocks if clock.kind != Clock.Kind.INTAKE]
    if intakes:
        intake_passed.send(sender=Clock, clocks=intakes)
        # Whoever hears of the silence stops its clock or records it as late; else it would be
        # found for ever.
        running = Clock.objects.filter(pk__in=[clock.pk for clock in intakes], noticed_at=None)
        if running.filter(state=Clock.State.RUNNING).exists():
            raise RuntimeError("the silence past an intake limit was not taken up")
    if late:
        record_breaches(late)
    return Found(len(claimed), len(clocks))
