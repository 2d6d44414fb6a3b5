"""Ten years of outages for a million customers: counted, and read as the figures of any month."""

import os
import random
import statistics
import time
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from tools.bench.record import machine, save
from tools.bench.unit import say
from tools.city import open_city

#: Elements interrupted in a year, ten by each outage; of 10,000 with a hundred customers each.
A_YEAR: Final = int(os.environ.get("BENCH_INTERRUPTIONS", "30000"))
FIRST, LAST, ELEMENTS, EACH = 2016, 2025, 10_000, 100
HISTORY: Final = 30_000
MONTHS, CORRECTIONS = 30, 20

#: Outages of a year, spread over it by multiplying with a prime; each of ten elements of one line.
OUTAGES: Final = """
INSERT INTO reliability_outage (ref, number, district, kind, nature, area, cause, regulation,
    excluded_by_policy, important, state, short_notice, short_notice_reason, again_reason,
    not_live_reason, number_of_case, rules_version, announced_at, started_at, section, ending,
    correction, medium, low, version)
SELECT gen_random_uuid(), 'B' || %(year)s || '-' || n, (%(districts)s::text[])[1 + n %% 7],
    'fault', 'internal_fault', 'Street ' || n, 'Made up', '', false, false, 'off', false, '', '',
    '', '', '', off.at, off.at, '', '', '', 0, 1000, 1
FROM generate_series(1, %(outages)s) n, LATERAL (
    SELECT make_timestamptz(%(year)s, 1, 1, 0, 0, 0, 'Asia/Shanghai')
        + make_interval(mins => ((n::bigint * 7919 * 31) %% 525000)::int) AS at
) off
"""
INTERRUPTIONS: Final = """
INSERT INTO reliability_interruption (outage_id, district, area_class, level, element, line,
    customers, excluded, off_at, on_at, recorded_off_at, recorded_on_at)
SELECT o.id, o.district, (ARRAY['urban', 'town', 'rural'])[1 + o.id %% 3], 'low',
    'E' || (o.id * 10 + e) %% %(elements)s, 'L' || o.id %% 1000, %(each)s, false, o.started_at,
    o.started_at + make_interval(mins => 10 + (o.id %% 300)::int), o.started_at,
    o.started_at + make_interval(mins => 10 + (o.id %% 300)::int)
FROM reliability_outage o, generate_series(0, 9) e
WHERE o.number LIKE 'B' || %(year)s || '-%%'
"""
#: The same figure by a plain sum over all that was recorded.
PLAIN: Final = """
SELECT sum(customers), sum(customers * extract(epoch FROM on_at - off_at))
FROM reliability_interruption WHERE off_at >= %s AND off_at < %s AND level = 'low'
"""
Seconds = list[float]


def main() -> None:
    where = machine()
    with open_city("bench"):
        found = measure() | {"machine": where}
    save("reliability", found, table(found))


def measure() -> dict[str, Any]:
    found: dict[str, Any] = {"a_year": A_YEAR, "years": LAST - FIRST + 1}
    customers()
    say("one year ...")
    record(LAST)
    count()
    found["one_year_ms"] = spread(months([LAST]))
    say("nine years more ...")
    for year in range(FIRST, LAST):
        record(year)
    rows, seconds = count()
    found["counted_per_second"] = round(rows / seconds)
    found["ten_years_ms"] = spread(months(range(FIRST, LAST + 1)))
    found["year_ms"] = spread(timed(_year, list(range(FIRST + 1, LAST + 1))))
    found["plain_ms"] = spread(timed(_plain, some_months(range(FIRST, LAST + 1))))
    say("opening pages ...")
    found["page_ms"] = spread(pages())
    found["drill_ms"] = spread(pages("interruptions/"))
    found["lines_ms"] = spread(pages("lines/"))
    say("correcting ...")
    found["corrected_ms"] = spread([corrected(number) for number in range(CORRECTIONS)])
    say(f"publishing {HISTORY:,} rows of history ...")
    found |= history()
    return found


def customers() -> None:
    from grid.points.models import AreaClass
    from rules.city import city

    lines = ["year,district,area_class,level,customers,complete_until"]
    served = ELEMENTS * EACH // (len(city().districts) * 3)
    lines += [
        f"{year},{district.code},{area_class},low,{served},{year}-12-31"
        for year in range(FIRST, LAST + 1)
        for district in city().districts
        for area_class in AreaClass.values
    ]
    _publish("customers", "\n".join(lines) + "\n")


def _publish(kind: str, text: str) -> float:
    """Seconds of publishing what a draft says."""
    from accounts.models import User
    from core.problems import Invalid
    from publishing import actions

    lead = User.objects.get(username="supply-lead")
    draft = actions.begin(kind=kind, by=lead, text=text, source="Made up", note="Made up")
    begun = time.perf_counter()
    try:
        actions.publish(draft=draft, by=lead, sure=True)
    except Invalid as refused:
        raise AssertionError(str(refused.errors[:3])) from refused
    return time.perf_counter() - begun


def record(year: int) -> None:
    from django.db import connections

    from rules.city import city

    values: dict[str, Any] = {
        "year": year,
        "outages": A_YEAR // 10,
        "elements": ELEMENTS,
        "each": EACH,
        "districts": [district.code for district in city().districts],
    }
    with connections["owner"].cursor() as cursor:
        cursor.execute(OUTAGES, values)
        cursor.execute(INTERRUPTIONS, values)
        cursor.execute("ANALYZE reliability_interruption")


def count() -> tuple[int, float]:
    """Interruptions that are counted now, and seconds that the worker took."""
    from django.db import connections

    from reliability.indices.counting import run
    from reliability.indices.models import CountedInterruption

    begun = time.perf_counter()
    run()
    seconds = time.perf_counter() - begun
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE reliability_countedinterruption, reliability_dailyfigure")
    return CountedInterruption.objects.count(), seconds


def some_months(years: Iterable[int]) -> list[tuple[int, int]]:
    """The same ones each time."""
    every = [(year, month) for year in years for month in range(1, 13)]
    return random.Random(1).sample(every, min(MONTHS, len(every)))


def months(years: Iterable[int]) -> Seconds:
    """Of every figure of a month: city, districts, classes; each compared with the plain sum."""
    found = []
    for year, month in some_months(years):
        begun = time.perf_counter()
        figures = _figures(year, month)
        found.append(time.perf_counter() - begun)
        [whole] = [each.tally.everything for each in figures if each.group == ("", "", "low")]
        plain = _plain((year, month))
        if (whole.customers, whole.lost) != (plain[0], plain[1] * 1_000_000):
            raise AssertionError(f"{year}-{month}: {whole} is not {plain}")
    return found


def _figures(year: int, month: int | None) -> list[Any]:
    from reliability.indices.queries import Asked, Reader, counted

    at = counted().at
    if at is None:
        raise AssertionError("nothing was counted")
    return Reader(year, at).figures(Asked(year, month))


def _year(year: int) -> None:
    _figures(year, None)


def _plain(of: tuple[int, int]) -> tuple[int, Any]:
    from django.db import connection

    from core.clock import begin_of, months_after

    first = date(*of, 1)
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, [begin_of(first), begin_of(months_after(first, 1))])
        row: tuple[int, Any] = cursor.fetchone()
    return row


def pages(below: str = "") -> Seconds:
    from django.test import Client

    found, client = [], Client(HTTP_HOST="localhost")
    for year, month in some_months(range(FIRST, LAST + 1)):
        page = f"/disclosure/reliability/{below}?year={year}&month={month}"
        begun = time.perf_counter()
        answer = client.get(page)
        found.append(time.perf_counter() - begun)
        if answer.status_code != 200:
            raise AssertionError(f"{page} answers {answer.status_code}")
    return found


def corrected(number: int) -> float:
    """Seconds until the figures follow a correction of one outage of ten elements."""
    from datetime import timedelta

    from django.db.models import F

    from reliability.indices.counting import run
    from reliability.outages.models import Interruption

    begun = time.perf_counter()
    changed = Interruption.objects.filter(outage__number=f"B{LAST}-{number + 1}")
    changed.update(off_at=F("off_at") - timedelta(minutes=5))
    run()
    return time.perf_counter() - begun


def history() -> dict[str, float]:
    """Rows a second of publishing outages of before, and of counting them afterwards."""
    head = "number,district,area,area_class,kind,cause,started_at,restored_at,customers,level"
    lines = [
        f"H-{n},510302,Street {n % 500},urban,fault,Made up,{2006 + n % 10}-{1 + n % 12:02}-"
        f"{1 + n % 28:02} {n % 22:02}:{n % 60:02},{2006 + n % 10}-{1 + n % 12:02}-"
        f"{1 + n % 28:02} 24:00,{1 + n % 90},medium"
        for n in range(HISTORY)
    ]
    published = _publish("outages", "\n".join([head, *lines]) + "\n")
    _rows, counted = count()
    return {
        "history_per_second": round(HISTORY / published),
        "history_counted_per_second": round(HISTORY / counted),
    }


def timed(call: Callable[[Any], Any], what: Iterable[Any]) -> Seconds:
    taken = []
    for each in what:
        begun = time.perf_counter()
        call(each)
        taken.append(time.perf_counter() - begun)
    return taken


def spread(taken: Seconds) -> dict[str, float]:
    """In ms."""
    ordered = sorted(each * 1000 for each in taken)
    p95 = ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]
    return {"median": round(statistics.median(ordered), 1), "p95": round(p95, 1)}


def table(found: dict[str, Any]) -> str:
    where = found["machine"]
    measured = {
        "every figure of a month, with one year recorded": found["one_year_ms"],
        f"the same with {found['years']} years": found["ten_years_ms"],
        "one figure of a month by a plain sum over what was recorded": found["plain_ms"],
        "every figure of a year, with target and forecast": found["year_ms"],
        "the page of a month, its plots drawn": found["page_ms"],
        "its first page of single interruptions": found["drill_ms"],
        "and of lines": found["lines_ms"],
        "an outage of ten elements corrected, until the figures follow": found["corrected_ms"],
    }
    lines = "\n".join(f"| {name} | {ms['median']} | {ms['p95']} |" for name, ms in measured.items())
    growth = found["ten_years_ms"]["median"] / found["one_year_ms"]["median"]
    return f"""# Reliability

{ELEMENTS * EACH:,} customers; {found["a_year"]:,} interruptions of elements a year, \
{found["years"]} years. {where["day"]}, {where["processors"]} processors, load \
{where["load_before"]} when it began. Compare ratios, not times. Every month that is measured is \
compared with the plain sum, too.

| | median, ms | p95, ms |
|---|---:|---:|
{lines}

Ten times the years cost **{growth:.1f}** times as much to read a month from.

The worker counts {found["counted_per_second"]:,} interruptions a second. History of {HISTORY:,} \
rows is judged and published with {found["history_per_second"]:,} rows a second and counted with \
{found["history_counted_per_second"]:,}.
"""


if __name__ == "__main__":
    main()
