"""How long cases really took, from the facts counted once each had ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from applications.states import State
from core.clock import city_now
from rules.city import city
from rules.names import Kind

#: A case has one limit; `used` are working days of its measure, `met` says whether it was kept.
OF_KINDS = """
SELECT c.kind, count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY (f.limits -> 0 ->> 'used')::int),
    count(*) FILTER (WHERE (f.limits -> 0 ->> 'met')::boolean)
FROM applications_application c JOIN applications_casefacts f ON f.application_id = c.id
WHERE c.state = %s AND c.kind = ANY(%s) AND c.ended_at >= %s AND f.counted_at IS NOT NULL
GROUP BY c.kind
"""


@dataclass(frozen=True, slots=True)
class RealTimes:
    """Of the cases of a kind that were energised lately; `median` in working days, as their limit
    counts them."""

    cases: int
    median: float
    within: int


def real_times(kinds: Iterable[str] = Kind) -> dict[str, RealTimes]:
    """By kind; one of which too few were energised is left out (`city.real_times`)."""
    told = city().real_times
    since = city_now() - timedelta(days=told.days)
    with connection.cursor() as cursor:
        cursor.execute(OF_KINDS, [State.ENERGISED, list(map(str, kinds)), since])
        rows = cursor.fetchall()
    return {
        kind: RealTimes(cases, median, within)
        for kind, cases, median, within in rows
        if cases >= told.least
    }
