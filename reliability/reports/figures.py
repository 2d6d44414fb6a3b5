"""What is told in public of reports: how many of which kind came in a month and what came of
them, and how many outages those caused that were confirmed. What is few is told together, or not at
all."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from core.clock import CITY, city_now, local_date
from core.few import parted
from reliability.reports.kinds import Outcome, ReportKind
from rules.city import city

#: Months that have ended, of which figures are told: those of one that runs on would tell of each
#: report as it comes.
MONTHS: Final = 12
#: Of a report that waits for its answer yet.
WAITS: Final = "open"
OUTCOMES: Final = (WAITS, *Outcome.values)
#: What causes outages.
CAUSES: Final = (ReportKind.DIGGING, ReportKind.ILLEGAL)
COUNTED: Final = """
WITH made AS (
    SELECT date_trunc('month', reported_at AT TIME ZONE 'Asia/Shanghai')::date AS month, kind,
        district, CASE state WHEN 'closed' THEN outcome ELSE %(waits)s END AS outcome,
        extract(epoch FROM closed_at - reported_at) / 3600 AS hours
    FROM reliability_report WHERE reported_at >= %(since)s AND reported_at < %(until)s
)
SELECT month, kind, district, outcome, count(*),
    count(*) FILTER (WHERE outcome NOT IN (%(waits)s, 'joined')),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY hours)
        FILTER (WHERE outcome NOT IN (%(waits)s, 'joined'))
FROM made GROUP BY GROUPING SETS ((month, kind, district), (month, kind, outcome), (month, kind))
"""
#: An outage once, whatever number of reports is about it; by the day on which it began.
CAUSED: Final = """
WITH caused AS (
    SELECT DISTINCT r.kind, o.id, extract(year FROM
        coalesce(o.corrected_started_at, o.started_at) AT TIME ZONE 'Asia/Shanghai')::int AS year
    FROM reliability_report r JOIN reliability_outage o ON o.id = r.outage_id
    WHERE r.outcome = 'confirmed' AND r.kind = ANY(%(kinds)s) AND o.started_at IS NOT NULL
)
SELECT c.year, c.kind, count(DISTINCT c.id),
    count(DISTINCT c.id) FILTER (WHERE i.off_at IS NOT NULL AND i.on_at IS NULL),
    coalesce(sum(i.customers * extract(epoch FROM i.on_at - i.off_at) / 3600), 0)
FROM caused c LEFT JOIN reliability_interruption i ON i.outage_id = c.id
GROUP BY 1, 2 ORDER BY 1 DESC, 2
"""


@dataclass(frozen=True, slots=True)
class Told:
    """Reports of one kind that came in one month.

    Args:
        districts: codes; empty: the whole city. Districts of few reports are counted together.
        reports: None where they are too few for figures.
        outcomes: by outcome, of the whole city alone; None where one of them is too few.
        hours: the median until the answer, of those that have one, joined ones left out; None where
            these are too few, and for districts.
    """

    month: date
    kind: str
    districts: tuple[str, ...]
    reports: int | None
    outcomes: Mapping[str, int] | None = None
    hours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Caused:
    """Outages of a year that confirmed reports of one kind are about.

    Args:
        lasting: those of them that have not ended, whose hours are not counted yet.
        hours: customers without power times hours.
    """

    year: int
    kind: str
    outages: int
    lasting: int
    hours: Decimal


def least() -> int:
    """From how many reports on figures are told."""
    return city().real_times.least


def told() -> list[Told]:
    """The newest month first, by kind, each of the whole city and then of its districts. A month
    and kind of which nothing was reported is left out. One statement."""
    districts: dict[tuple[date, str], dict[str, int]] = defaultdict(dict)
    outcomes: dict[tuple[date, str], dict[str, int]] = defaultdict(dict)
    medians: dict[tuple[date, str], tuple[int, Any]] = {}
    for month, kind, district, outcome, reports, answered, hours in _counted():
        if district is not None:
            districts[month, kind][district] = reports
        elif outcome is not None:
            outcomes[month, kind][outcome] = reports
        else:
            medians[month, kind] = answered, hours
    order = [each.code for each in city().districts]
    return [
        row
        for month in sorted({month for month, _kind in districts}, reverse=True)
        for kind in ReportKind.values
        if (month, kind) in districts
        for row in _rows(
            month,
            kind,
            {code: districts[month, kind].get(code, 0) for code in order},
            outcomes[month, kind],
            medians[month, kind],
        )
    ]


def _counted() -> list[tuple[Any, ...]]:
    until = local_date(city_now()).replace(day=1)
    months = until.year * 12 + until.month - 1 - MONTHS
    since = date(months // 12, months % 12 + 1, 1)
    bounds = (datetime(day.year, day.month, 1, tzinfo=CITY) for day in (since, until))
    values = dict(zip(("since", "until"), bounds, strict=True)) | {"waits": WAITS}
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, values)
        return list(cursor.fetchall())


def _rows(
    month: date,
    kind: str,
    districts: Mapping[str, int],
    outcomes: Mapping[str, int],
    median: tuple[int, Any],
) -> Iterator[Told]:
    enough = least()
    counted = [(code, reports) for code, reports in districts.items() if reports]
    whole, *parts = parted(counted, lambda each: each[1], enough)
    total, (answered, hours) = sum(reports for _code, reports in whole), median
    if total < enough:
        yield Told(month, kind, (), None)
        return
    several = all(not reports or reports >= enough for reports in outcomes.values())
    yield Told(
        month,
        kind,
        (),
        total,
        {name: outcomes.get(name, 0) for name in OUTCOMES} if several else None,
        Decimal(str(round(hours, 1))) if answered >= enough else None,
    )
    for part in parts:
        codes = tuple(code for code, _reports in part)
        yield Told(month, kind, codes, sum(reports for _code, reports in part))


def caused() -> list[Caused]:
    """The newest year first. Outages are public one by one; who reported them is not. One
    statement."""
    with connection.cursor() as cursor:
        cursor.execute(CAUSED, {"kinds": [each.value for each in CAUSES]})
        return [
            Caused(year, kind, outages, lasting, round(Decimal(hours), 1))
            for year, kind, outages, lasting, hours in cursor.fetchall()
        ]
