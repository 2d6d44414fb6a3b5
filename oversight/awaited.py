"""Who was awaited while something was late, at each instant, read off the record."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from approvals.workflow import TURN, WITH_BUREAU
from core.clock import local_date
from oversight.addressees import SUPPLIER

#: Parties beside the supply company and the single bureaus: the customer, and, where a case or the
#: whole set waits for permits, the bureaus together.
APPLICANT: Final = "applicant"
SET: Final = "set"


@dataclass(frozen=True, slots=True)
class Stay:
    """A span of the lateness in which one party was awaited; `now`: it still is."""

    party: str
    since: datetime
    until: datetime
    now: bool

    @property
    def days(self) -> int:
        """Calendar days; a day belongs to who was awaited at its 00:00, as in every timeline."""
        return (local_date(self.until) - local_date(self.since)).days


# The first late 00:00 belongs to who was awaited then, so a span begins just before it.
STAYS: Final = """
WITH late AS (
    SELECT id, case_ref, part, kind, stopped_at, breached_at - interval '1 microsecond' AS since,
        coalesce(stopped_at, 'infinity') AS until
    FROM deadlines_clock
    WHERE breached_at IS NOT NULL AND (%(ids)s::bigint[] IS NULL OR id = ANY (%(ids)s::bigint[]))
), steps AS (
    -- Cases, and sets of permits: every entry that says so names who holds the case from then on.
    SELECT l.id, CASE e.holder WHEN 'government' THEN %(set)s ELSE e.holder END AS party,
        e.at, e.case_seq
    FROM late l JOIN ledger_entry e ON e.case_ref = l.case_ref AND e.holder <> ''
    WHERE l.part IS NULL OR l.kind = 'set'
    UNION ALL
    -- Permits: whose turn it is in each state.
    SELECT l.id, CASE WHEN e.to_state = ANY (%(bureaus)s) THEN p.bureau
        WHEN e.to_state = ANY (%(company)s) THEN %(supplier)s ELSE '' END, e.at, e.case_seq
    FROM late l JOIN approvals_permit p ON p.ref = l.part
    JOIN ledger_entry e ON e.case_ref = l.case_ref AND e.part = p.ref AND e.to_state <> ''
    UNION ALL
    -- Before this filing, and after an earlier one that it continues.
    SELECT id, %(applicant)s, '-infinity', 0 FROM late WHERE part IS NULL
), stays AS (
    SELECT id, party, at AS since, lead(at) OVER (PARTITION BY id ORDER BY case_seq) AS until
    FROM steps
)
SELECT l.id, s.party, greatest(s.since, l.since),
    coalesce(least(s.until, l.stopped_at), greatest(city_now(), s.since)),
    s.until IS NULL AND l.stopped_at IS NULL
FROM late l JOIN stays s USING (id)
WHERE s.party NOT IN ('', 'nobody') AND s.since < l.until
    AND (s.until IS NULL OR s.until > l.since AND s.until > s.since)
ORDER BY l.id, s.since
"""


def stays(clocks: Iterable[int] | None = None) -> dict[int, list[Stay]]:
    """By clock id, in order, those that touch; of every breached clock where none are named."""
    asked = {
        "ids": None if clocks is None else list(clocks),
        "set": SET,
        "applicant": APPLICANT,
        "supplier": SUPPLIER,
        "bureaus": sorted(WITH_BUREAU),
        "company": sorted(state for state, turn in TURN.items() if turn == SUPPLIER),
    }
    found: dict[int, list[Stay]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(STAYS, asked)
        for pk, party, since, until, now in cursor.fetchall():
            found[pk].append(Stay(party, since, until, now))
    return found
