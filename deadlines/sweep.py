"""Notice what is late: right whenever it runs, however late, however many run at once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from accounts.actor import SYSTEM
from core.locks import case_key
from deadlines.models import Clock
from deadlines.signals import breached, intake_passed
from ledger.record import NewEntry, append

DUE = (
    "state = 'running' AND noticed_at IS NULL AND NOT target AND late_from IS NOT NULL"
    " AND late_from <= city_now()"
)

# Cases first (the lock order), then rows: whoever works on a case now will settle it himself,
# and what another sweep has claimed is skipped.
CLAIM = f"""
WITH due AS MATERIALIZED (
    SELECT id, case_ref FROM deadlines_clock WHERE {DUE} ORDER BY late_from LIMIT %s
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
PASSED = f"SELECT EXISTS (SELECT 1 FROM deadlines_clock WHERE case_ref = %s AND {DUE})"  # noqa: S608
HOLD = f"SELECT pg_advisory_xact_lock(%s); {PASSED}"


def sweep(batch: int = 500) -> int:
    """Record what is late now, batch by batch, and return how many clocks that were."""
    done = 0
    while True:
        with transaction.atomic():
            found = _notice(list(Clock.objects.raw(CLAIM, [batch])))
        done += found
        if not found:
            return done


def has_passed(case_ref: UUID) -> bool:
    """Return whether a clock of the case has passed without being recorded yet."""
    with connection.cursor() as cursor:
        cursor.execute(PASSED, [case_ref])
        answer: bool = cursor.fetchone()[0]
    return answer


def hold_case(case_ref: UUID) -> None:
    """Hold a case and record what is late in it: how every action on it begins.

    The lock and the question go to the database together; what is read afterwards is up to date.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [case_key(case_ref), case_ref])
        late = cursor.fetchone()[0]
    if late:
        settle_locked(case_ref)


def settle_locked(case_ref: UUID) -> int:
    """Record what is late in one case whose lock is held; part of every action on it.

    A passed intake may start a review that is late already, so it looks until nothing is left.
    """
    done = 0
    while found := _notice(list(Clock.objects.raw(CLAIM_CASE, [case_ref]))):
        done += found
    return done


def _notice(clocks: Sequence[Clock]) -> int:
    """Record claimed clocks: silence for an intake, a breach for any other."""
    intakes = [clock for clock in clocks if clock.kind == Clock.Kind.INTAKE]
    late = [clock for clock in clocks if clock.kind != Clock.Kind.INTAKE]
    if intakes:
        intake_passed.send(sender=Clock, clocks=intakes)
    if late:
        _record_breaches(late)
    return len(clocks)


def _record_breaches(clocks: Sequence[Clock]) -> None:
    written = append(*map(_entry, clocks))
    at: datetime = written[0].at
    ids = [clock.pk for clock in clocks]
    Clock.objects.filter(pk__in=ids).update(breached_at=F("late_from"), noticed_at=at)
    breached.send(sender=Clock, clocks=clocks, at=at)


def _entry(clock: Clock) -> NewEntry:
    return NewEntry(
        case_ref=clock.case_ref,
        part=clock.part,
        type="clock.breached",
        actor=SYSTEM,
        clock=f"{clock.kind} late",
        effective_at=clock.late_from,
        data={"clock": clock.pk, "due_on": clock.due_on},
    )
