"""Notice what is late: right whenever it runs, however late, however many run at once."""

import logging
from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction

from core.locks import case_key, try_lock_case
from deadlines import breaches, recount
from deadlines.models import Clock
from deadlines.signals import intake_passed

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
PASSED = f"SELECT EXISTS (SELECT 1 FROM deadlines_clock WHERE case_ref = %s AND {DUE})"  # noqa: S608
HOLD = f"SELECT pg_advisory_xact_lock(%s); {PASSED}"


DUE_CASES = f"""
SELECT case_ref FROM deadlines_clock WHERE {DUE} AND case_ref <> ALL (%s::uuid[])
GROUP BY case_ref ORDER BY min(late_from) LIMIT %s
"""  # noqa: S608 (constants only)


def sweep(batch: int = 500) -> int:
    """Record what is late now, batch by batch, and return how many clocks that were.

    Days that a calendar published meanwhile has moved are counted again first. A case in which it
    cannot be recorded is logged and left for the next sweep; the others go on.
    """
    recount.recount()
    done = 0
    aside: set[UUID] = set()
    while True:
        left = len(aside)
        found = _batch(batch, aside)
        done += found
        if not found and len(aside) == left:
            return done


def _batch(batch: int, aside: set[UUID]) -> int:
    try:
        with transaction.atomic():
            return _notice(list(Clock.objects.raw(CLAIM, [list(aside), batch])))
    except Exception:  # noqa: BLE001 (said of the case that it is, below)
        return _case_by_case(batch, aside)


def _case_by_case(batch: int, aside: set[UUID]) -> int:
    """Record the same batch each case by itself, and put aside those that fail."""
    with connection.cursor() as cursor:
        cursor.execute(DUE_CASES, [list(aside), batch])
        refs = [ref for (ref,) in cursor.fetchall()]
    done = 0
    for ref in refs:
        try:
            done += _one_case(ref)
        except Exception:
            log.exception("what is late in case %s could not be recorded", ref)
            aside.add(ref)
    return done


def _one_case(ref: UUID) -> int:
    with transaction.atomic():
        return settle_locked(ref) if try_lock_case(ref) else 0


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
        _require_stopped(intakes)
    if late:
        breaches.record(late)
    return len(clocks)


def _require_stopped(intakes: Sequence[Clock]) -> None:
    """Whoever heard of the silence has stopped its clock; else it would be found for ever."""
    ids = [clock.pk for clock in intakes]
    if Clock.objects.filter(pk__in=ids, state=Clock.State.RUNNING).exists():
        raise RuntimeError("the silence past an intake limit was not taken for acceptance")
