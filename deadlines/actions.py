"""Start, pause, resume and stop clocks, and call them late, at instants of ledger entries."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, DateTimeField, Value, When

from accounts.actor import SYSTEM
from core.clock import end_of, local_date
from core.statements import Given, Read, Statement, insert, save
from deadlines import marks
from deadlines.models import Clock
from deadlines.queries import closed_intervals, days_in
from deadlines.signals import breached
from ledger.record import NewEntry, append
from rules.calendar import Calendar
from rules.policy import Limit
from rules.registry import calendar

KIND = Clock.Kind


@dataclass(frozen=True, slots=True)
class NewClock:
    """A clock to start.

    Args:
        limit: the rule that limits it; None only measures.
        started_at: when it began; None = the instant of the act. Earlier for a case that
            continues a first filing, and for a deemed acceptance (行政许可法 32).
        carried_days: working days used in earlier filings of the same lineage.
        step: the public step of a case that it limits, where it is that of one.
    """

    case_ref: UUID
    kind: str
    limit: Limit | None
    district: str
    rules_version: str
    part: UUID | None = None
    started_at: datetime | None = None
    carried_days: int = 0
    step: str = ""


def start(clocks: Sequence[NewClock], *, at: datetime) -> None:
    """Start clocks at an instant, all in one statement."""
    table = calendar()
    rows = []
    for new in clocks:
        since = new.started_at or at
        clock = Clock(
            case_ref=new.case_ref,
            part=new.part,
            kind=new.kind,
            step=new.step,
            limit_days=new.limit.days if new.limit else None,
            target=bool(new.limit and new.limit.statistic == "average"),
            clause=asdict(new.limit.clause) if new.limit else {},
            district=new.district,
            rules_version=new.rules_version,
            carried_days=new.carried_days,
            started_at=since,
        )
        _run(clock, since, used=new.carried_days, table=table, warned_until=at)
        rows.append(clock)
    insert(rows)


def _run(clock: Clock, at: datetime, *, used: int, table: Calendar, warned_until: datetime) -> None:
    """Open an interval at an instant and set what follows from it: the due day, and the first mark
    after `warned_until`."""
    clock.state = Clock.State.RUNNING
    clock.interval_started_at = at
    clock.calendar_version = table.version
    if clock.limit_days is None:
        return
    # The day of the event is excluded, the last day included (民法典 201). With nothing left it is
    # the day itself; a case to be decided on the spot (直办件) that comes in on a day off is due on
    # the next working day.
    if clock.kind == KIND.INSTANT:
        day = table.next_working(local_date(at))
        clock.provisional = not table.known(day.year)
    else:
        due = table.due(at, max(clock.limit_days - used, 0))
        day, clock.provisional = due.date, due.provisional
    clock.due_on, clock.late_from = day, end_of(day)
    clock.warn_at = marks.next_after(warned_until, clock, used, table)


def count_again(clock: Clock, table: Calendar, *, used: int, now: datetime) -> None:
    """Count the due day of a running clock by another calendar; nothing is saved."""
    assert clock.interval_started_at is not None
    _run(clock, clock.interval_started_at, used=used, table=table, warned_until=now)


CLOSE_KINDS = """
WITH old AS (
    SELECT id, kind, interval_started_at, late_from, state = 'running' AND noticed_at IS NULL
        AND NOT target AND late_from <= %(at)s AS passed
    FROM deadlines_clock
    WHERE case_ref = %(case_ref)s AND part IS NOT DISTINCT FROM %(part)s
      AND kind = ANY(%(kinds)s) AND state <> 'stopped'
      AND (%(state)s = 'stopped' OR state = 'running')
), changed AS (
    UPDATE deadlines_clock c SET state = %(state)s, interval_started_at = NULL,
        stopped_at = CASE WHEN %(state)s = 'stopped' THEN %(at)s::timestamptz END,
        due_on = CASE WHEN %(state)s = 'stopped' THEN c.due_on END,
        late_from = CASE WHEN %(state)s = 'stopped' THEN c.late_from END, warn_at = NULL
    FROM old WHERE c.id = old.id RETURNING c.id
), closed AS (
    INSERT INTO deadlines_interval (clock_id, started_at, ended_at)
    SELECT id, interval_started_at, %(at)s FROM old WHERE interval_started_at IS NOT NULL
)
SELECT id, late_from FROM old WHERE passed AND kind <> 'intake' ORDER BY late_from, id
"""
PLACES = {"case_ref": "$1", "at": "$2", "state": "$3", "part": "$4", "kinds": "$5"}
CLOSE = Statement(CLOSE_KINDS % PLACES)
ALL_KINDS = "AND part IS NOT DISTINCT FROM %(part)s\n      AND kind = ANY(%(kinds)s)"
CLOSE_ALL = Statement(CLOSE_KINDS.replace(ALL_KINDS, "") % PLACES)


def _close(statement: Statement, *values: Any) -> None:
    """Close clocks, and record those whose last day ended before the act was written down.

    An action records what is late when it begins; between that and its entry a day may end.
    """
    with connection.cursor() as cursor:
        cursor.execute(*statement.ready(*values))
        passed = dict(cursor.fetchall())
    if passed:
        clocks = list(Clock.objects.filter(pk__in=passed).order_by("id"))
        for clock in clocks:
            clock.late_from = passed[clock.pk]
        record_breaches(clocks)


def pause(*, case_ref: UUID, part: UUID | None = None, kinds: Sequence[str], at: datetime) -> None:
    """Close the running interval of the clocks named, in one statement; others stay."""
    _close(CLOSE, case_ref, at, "paused", part, list(kinds))


def stop(*, case_ref: UUID, part: UUID | None = None, kinds: Sequence[str], at: datetime) -> None:
    """End the clocks named for good, in one statement; what they were due stays readable."""
    _close(CLOSE, case_ref, at, "stopped", part, list(kinds))


def stop_all(*, case_ref: UUID, at: datetime) -> None:
    """End every clock of a case: its own and its permits'."""
    _close(CLOSE_ALL, case_ref, at, "stopped")


#: What a clock is given with an interval that opens.
OF_AN_INTERVAL = (
    "state", "interval_started_at", "calendar_version", "due_on", "late_from", "provisional",
    "warn_at",
)  # fmt: skip
_paused = Read(lambda: Clock.objects.filter(case_ref=Given(), state=Clock.State.PAUSED))


def resume(*, case_ref: UUID, part: UUID | None = None, kinds: Sequence[str], at: datetime) -> None:
    """Open a new interval in the paused clocks named.

    The new due day is the end of the (limit − used)-th working day after the day of `at`; with
    nothing left it is the day of `at`.
    """
    table = calendar()
    for clock in _paused(case_ref):
        if clock.part != part or clock.kind not in kinds:
            continue
        used = closed_days(clock, table) if clock.limit_days is not None else 0
        _run(clock, at, used=used, table=table, warned_until=at)
        save(clock, OF_AN_INTERVAL)


def closed_days(clock: Clock, table: Calendar) -> int:
    """Working days used in the closed intervals, earlier filings included."""
    return clock.carried_days + days_in(closed_intervals([clock.pk])[clock.pk], table)


def record_breaches(clocks: Sequence[Clock]) -> None:
    """Write down that clocks were late, once, each dated at the object's `late_from`.

    It is part of the transaction of whoever found them, and their cases are held.
    """
    entries = [
        NewEntry(
            case_ref=clock.case_ref,
            part=clock.part,
            type="clock.breached",
            actor=SYSTEM,
            clock=f"{clock.kind} late",
            effective_at=clock.late_from,
            data={"clock": clock.pk, "due_on": clock.due_on},
        )
        for clock in clocks
    ]
    at: datetime = append(*entries)[0].at
    instants = [When(pk=clock.pk, then=Value(clock.late_from)) for clock in clocks]
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(
        breached_at=Case(*instants, output_field=DateTimeField()), noticed_at=at
    )
    breached.send(sender=Clock, clocks=clocks, at=at)
