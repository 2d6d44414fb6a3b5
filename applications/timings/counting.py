"""What is counted of a period, from the facts of ended cases, the open cases, and the permits.

A case is counted once: in the period in which it got power, whichever filings it took; while it is
open, in each period that it outlasts. What was broken off and not filed again by the period's end
is counted where it ended.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from applications.states import BROKEN_OFF, State
from applications.timings.distribution import Distribution
from applications.timings.models import ALL, Key, Table
from applications.timings.periods import Period
from approvals.models import Permit
from approvals.watched import BY_BUREAU
from approvals.workflow import DECISION_KINDS
from core.clock import CITY
from deadlines.custody import HOLDERS
from deadlines.models import Clock
from deadlines.queries import days_used
from rules.calendar import Calendar
from rules.registry import calendar

#: A case has one limit, the first of its facts.
ENERGISED: Final = """
SELECT a.kind, a.district, f.supplier_days + f.applicant_days + f.government_days, count(*),
    sum(f.supplier_days),
    count(*) FILTER (WHERE (f.limits -> 0 ->> 'met')::boolean),
    (f.limits -> 0 ->> 'days')::int,
    sum((f.limits #>> '{0,delay,supplier,working}')::int),
    sum((f.limits #>> '{0,delay,applicant,working}')::int),
    sum((f.limits #>> '{0,delay,government,working}')::int)
FROM applications_application a JOIN applications_casefacts f ON f.application_id = a.id
WHERE a.ended_at >= %(begins)s AND a.ended_at < %(ends)s AND a.state = %(energised)s
    AND f.counted_at IS NOT NULL
GROUP BY 1, 2, 3, 7
"""
STEPS: Final = """
SELECT a.kind || '/' || (s ->> 'step'), a.district, (s ->> 'days')::int, count(*),
    sum((s ->> 'net')::int)
FROM applications_application a JOIN applications_casefacts f ON f.application_id = a.id,
    jsonb_array_elements(f.steps) s
WHERE a.ended_at >= %(begins)s AND a.ended_at < %(ends)s AND a.state = %(energised)s
    AND f.counted_at IS NOT NULL
GROUP BY 1, 2, 3
"""
BROKEN: Final = """
SELECT a.kind, a.district, f.supplier_days + f.applicant_days + f.government_days, count(*),
    sum(f.supplier_days)
FROM applications_application a JOIN applications_casefacts f ON f.application_id = a.id
WHERE a.ended_at >= %(begins)s AND a.ended_at < %(ends)s AND a.state = ANY(%(broken_off)s)
    AND f.counted_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM applications_application b
        WHERE b.continues_id = a.id AND b.filed_at < %(ends)s)
GROUP BY 1, 2, 3
"""
OPEN: Final = f"""
SELECT kind, district, (first_filed_at AT TIME ZONE '{CITY.key}')::date, count(*)
FROM applications_application
WHERE filed_at < %(ends)s AND (ended_at IS NULL OR ended_at >= %(ends)s)
GROUP BY 1, 2, 3
"""  # noqa: S608 (no value is in it)


@dataclass
class Measured:
    """Of those that are counted in a row: their working days, and what became of their limits."""

    days: Distribution = field(default_factory=Distribution)
    net: int = 0
    limited: int = 0
    within: int = 0
    limits: set[int] = field(default_factory=set)
    delay: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.days.count

    def add(self, other: "Measured") -> None:
        self.days = self.days + other.days
        self.net += other.net
        self.limited += other.limited
        self.within += other.within
        self.limits |= other.limits
        self.delay.update(other.delay)


Counted = Mapping[Key, Measured]


def counted(period: Period) -> Counted:
    """Every row that anything is counted in, and the rows that they are parts of; five statements
    and two for the permits."""
    found: dict[Key, Measured] = defaultdict(Measured)
    for key, measured in _leaves(period, calendar()):
        for each in (key, *above(key)):
            found[each].add(measured)
    return found


def above(key: Key) -> Iterator[Key]:
    """Yield every row that a row is a part of."""
    rows = list(_rows(key))
    for row in rows:
        for district in dict.fromkeys([key.district, ALL]):
            if (row, district) != (key.row, key.district):
                yield Key(key.table, row, district)


def _rows(key: Key) -> Iterator[str]:
    """Yield the row and those above it: permits are parts of their bureau's, steps of nothing."""
    yield key.row
    if key.table == Table.STEPS or not key.row:
        return
    if "/" in key.row:
        yield key.row.partition("/")[0]
    yield ALL


def _leaves(period: Period, table: Calendar) -> Iterator[tuple[Key, Measured]]:
    asked = {
        "begins": period.begins,
        "ends": period.ends,
        "energised": State.ENERGISED.value,
        "broken_off": sorted(state.value for state in BROKEN_OFF),
    }
    for kind, place, days, count, net, met, limit, *delay in _read(ENERGISED, asked):
        yield (
            Key(Table.ENERGISED, kind, place),
            Measured(
                Distribution({days: count}),
                net,
                count if limit is not None else 0,
                met,
                set() if limit is None else {limit},
                Counter({holder: n for holder, n in zip(HOLDERS, delay, strict=True) if n}),
            ),
        )
    for name, sql in ((Table.STEPS, STEPS), (Table.BROKEN_OFF, BROKEN)):
        for row, place, days, count, net in _read(sql, asked):
            yield Key(name, row, place), Measured(Distribution({days: count}), net)
    for kind, place, filed, count in _read(OPEN, asked):
        days = Distribution({table.used(filed, period.last): count})
        yield Key(Table.OPEN, kind, place), Measured(days)
    yield from _permits(period, table)


def _read(sql: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return list(cursor.fetchall())


def _permits(period: Period, table: Calendar) -> Iterator[tuple[Key, Measured]]:
    """Net time is what the permit's own clock counted, gross time that since its receipt."""
    permits = list(Permit.objects.filter(decided_in(period)))
    refs = [permit.ref for permit in permits]
    clocks = {
        clock.part: clock
        for clock in Clock.objects.filter(part__in=refs, kind__in=DECISION_KINDS).order_by("id")
    }
    used = days_used(clocks.values(), period.ends)
    for permit in permits:
        assert permit.decided_at is not None
        clock = clocks.get(permit.ref)
        limit = clock.limit_days if clock else None
        yield (
            Key(Table.PERMITS, f"{permit.bureau}/{permit.permit}", permit.district),
            Measured(
                Distribution.of([table.used(permit.received_at, permit.decided_at)]),
                used[clock.pk] if clock else 0,
                int(limit is not None),
                int(limit is not None and permit.own_late_at is None),
                set() if limit is None else {limit},
            ),
        )


def decided_in(period: Period) -> Q:
    """Of permits: a bureau decided them in it."""
    return BY_BUREAU & Q(decided_at__gte=period.begins, decided_at__lt=period.ends)
