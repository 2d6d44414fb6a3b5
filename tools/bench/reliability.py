"""Ten years of outages for a million customers: counted, and read as the figures of any month."""

import os
import random
import statistics
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from tools.bench.record import machine, save
from tools.bench.unit import say
from tools.city import open_city

#: Elements interrupted in a year, ten by each outage; of 10,000 with a hundred customers each.
A_YEAR: Final = int(os.environ.get("BENCH_INTERRUPTIONS", "30000"))
FIRST, LAST, LINES, ELEMENTS, EACH = 2016, 2025, 1_000, 10_000, 100
HISTORY: Final = 30_000
MONTHS, CORRECTIONS = 30, 20

#: Outages of a year, spread over it by multiplying with a prime; each of the ten elements of one
#: line, which is of one district and class. No two of a line touch.
OUTAGES: Final = """
INSERT INTO reliability_outage (ref, number, district, kind, nature, area, cause, regulation,
    excluded_by_policy, important, state, short_notice, short_notice_reason, again_reason,
    not_live_reason, number_of_case, rules_version, announced_at, started_at, section, ending,
    correction, medium, low, version)
SELECT gen_random_uuid(), 'B' || %(year)s || '-' || n, (%(districts)s::text[])[1 + line %% 7],
    'fault', 'internal_fault', 'L' || line, 'Made up', '', false, false, 'off', false, '', '',
    '', '', '', off.at, off.at, '', '', '', 0, 1000, 1
FROM generate_series(1, %(outages)s) n, LATERAL (SELECT n %% %(lines)s AS line) l, LATERAL (
    SELECT make_timestamptz(%(year)s, 1, 1, 0, 0, 0, 'Asia/Shanghai')
        + make_interval(mins => ((n::bigint * 7919 * 31) %% 525000)::int) AS at
) off
"""
INTERRUPTIONS: Final = """
INSERT INTO reliability_interruption (outage_id, district, area_class, level, element, line,
    customers, excluded, off_at, on_at, recorded_off_at, recorded_on_at)
SELECT o.id, o.district, (ARRAY['urban', 'town', 'rural'])[1 + substr(o.area, 2)::int %% 3], 'low',
    o.area || '-' || e, o.area, %(each)s, o.excluded_by_policy, o.started_at, o.started_at + took,
    o.started_at, o.started_at + took
FROM reliability_outage o, generate_series(0, 9) e,
    LATERAL (SELECT make_interval(mins => 1 + (o.id %% 300)::int) AS took) t
WHERE o.number LIKE 'B' || %(year)s || '-%%'
"""
#: A month directly, by a sum over all that was recorded; no two pieces here are one interruption.
PLAIN: Final = """
SELECT district, area_class, coalesce(sum(customers) FILTER (WHERE long), 0),
    coalesce(sum(customers * extract(epoch FROM on_at - off_at)) FILTER (WHERE long), 0),
    coalesce(sum(customers) FILTER (WHERE NOT long), 0)
FROM (
    SELECT *, on_at - off_at > %s * interval '1 second' AS long FROM reliability_interruption
    WHERE off_at >= %s AND off_at < %s AND level = 'low'
) i GROUP BY district, area_class
"""
Seconds = list[float]
Cells = dict[tuple[str, str], tuple[Any, Any, Any]]


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
    first, _seconds = count()
    found["one_year_ms"] = spread(months([LAST]))
    say("nine years more ...")
    for year in range(FIRST, LAST):
        record(year)
    rows, seconds = count()
    found["counted_per_second"] = round((rows - first) / seconds)
    found["days"] = daily()
    found["ten_years_ms"] = spread(months(range(FIRST, LAST + 1)))
    found["year_ms"] = spread(timed(_year, list(range(FIRST + 1, LAST + 1))))
    found["compared"] = compare(range(FIRST, LAST + 1))
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
    lines += [
        f"{year},{district.code},{area_class},low,{_served()},{year}-12-31"
        for year in range(FIRST, LAST + 1)
        for district in city().districts
        for area_class in AreaClass.values
    ]
    _publish("customers", "\n".join(lines) + "\n")


def _served() -> int:
    """Customers of a class of a district."""
    from rules.city import city

    return ELEMENTS * EACH // (len(city().districts) * 3)


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
        "lines": LINES,
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


def daily() -> int:
    """Rows of stored sums."""
    from reliability.indices.models import DailyFigure

    return DailyFigure.objects.count()


def some_months(years: Iterable[int]) -> list[tuple[int, int]]:
    """The same ones each time."""
    every = [(year, month) for year in years for month in range(1, 13)]
    return random.Random(1).sample(every, min(MONTHS, len(every)))


def months(years: Iterable[int]) -> Seconds:
    """Of every figure of a month: city, districts, classes."""
    found = []
    for year, month in some_months(years):
        begun = time.perf_counter()
        _figures(year, month)
        found.append(time.perf_counter() - begun)
    return found


def compare(years: Iterable[int]) -> int:
    """How many figures, those of every month, are equal to the direct computation: SAIDI, SAIFI
    and MAIFI as exact fractions."""
    compared = 0
    for year, month in [(year, month) for year in years for month in range(1, 13)]:
        cells = _plain((year, month))
        for figure in [each for each in _figures(year, month) if each.group.level == "low"]:
            direct = _direct(cells, figure.group)
            found = figure.everything.saidi, figure.everything.saifi, figure.everything.maifi
            if found != direct:
                raise AssertionError(f"{year}-{month} {figure.group}: {found} is not {direct}")
            compared += 1
    return compared


def _direct(cells: Cells, group: Any) -> tuple[Fraction, Fraction, Fraction]:
    from grid.points.models import AreaClass
    from rules.city import city

    districts = [group.district] if group.district else [each.code for each in city().districts]
    classes = [group.area_class] if group.area_class else AreaClass.values
    mine = [cells.get((one, other), (0, 0, 0)) for one in districts for other in classes]
    customers, lost, momentary = (Fraction(sum(each)) for each in zip(*mine, strict=True))
    served = _served() * len(mine)
    return lost / 3600 / served, customers / served, momentary / served


def _figures(year: int, month: int | None) -> list[Any]:
    from reliability.indices.queries import Asked, Reader, counted

    at = counted().at
    if at is None:
        raise AssertionError("nothing was counted")
    return Reader(year, at).figures(Asked(year, month))


def _year(year: int) -> None:
    _figures(year, None)


def _plain(of: tuple[int, int]) -> Cells:
    """By district and class: customers, customer seconds, customers interrupted momentarily."""
    from django.db import connection

    from core.clock import begin_of, city_now, local_date, months_after
    from reliability.rules import joining

    first = date(*of, 1)
    between = begin_of(first), begin_of(months_after(first, 1))
    short = joining(local_date(city_now())).momentary or timedelta()
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, [short.total_seconds(), *between])
        return {(row[0], row[1]): (row[2], row[3], row[4]) for row in cursor.fetchall()}


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
        "a month directly, by a sum over what was recorded": found["plain_ms"],
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
{where["load_before"]} when it began. Compare ratios, not times. {found["compared"]:,} \
figures, those of every month of the city, each district and each class, were equal to the direct \
computation in SAIDI, SAIFI and MAIFI, as exact fractions.

| | median, ms | p95, ms |
|---|---:|---:|
{lines}

Ten times the years cost **{growth:.1f}** times as much to read a month from; there are \
{found["days"]:,} rows of daily sums then.

The worker counts {found["counted_per_second"]:,} interruptions a second. History of {HISTORY:,} \
rows is judged and published with {found["history_per_second"]:,} rows a second and counted with \
{found["history_counted_per_second"]:,}.
"""


if __name__ == "__main__":
    main()
