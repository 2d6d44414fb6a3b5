"""The published timings of a city with a million cases: how long a month and a year take to freeze,
and their page to be drawn anew. BENCH_CASES is how many cases."""

import os
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from tools.bench.record import machine, save
from tools.bench.unit import say
from tools.city import open_city

CASES: Final = int(os.environ.get("BENCH_CASES") or 1_000_000)
OPEN: Final = CASES // 50
OPENINGS: Final = 9
MOST_MS: Final = 100
#: What copies of ended cases came to: made up, by the number of the case.
FACTS: Final = """
INSERT INTO applications_casefacts (application_id, counted_at, calendar_version, supplier_days,
    applicant_days, government_days, limits, steps, permits)
SELECT id, ended_at, 'bench', id % 9, id % 4, id % 3,
    jsonb_build_array(jsonb_build_object('measure', 'whole_process', 'days', 7,
        'met', id % 9 + id % 4 + id % 3 <= 7, 'delay', '{}'::jsonb)),
    jsonb_build_array(jsonb_build_object('step', 'intake', 'days', id % 4, 'net', id % 4)), '[]'
FROM applications_application
WHERE ended_at IS NOT NULL
ON CONFLICT (application_id) DO UPDATE SET counted_at = excluded.counted_at,
    calendar_version = 'bench', supplier_days = excluded.supplier_days, limits = excluded.limits,
    steps = excluded.steps
WHERE applications_casefacts.counted_at IS NULL
"""


def main() -> None:
    where = machine()
    with open_city("timings"):
        found = measure()
    found["machine"] = where
    save("timings", found, table(found))


def measure() -> dict[str, Any]:
    from django.db import connections
    from django.test import Client

    from accounts.actor import SYSTEM
    from applications.timings.models import Cell
    from applications.timings.periods import Period
    from applications.timings.releases import publish
    from core.clock import city_now
    from tools.bulk import lay
    from tools.statements import noted

    say(f"laying {CASES:,} cases ...")
    lay(CASES, OPEN)
    with connections["owner"].cursor() as cursor:
        cursor.execute(FACTS)
        cursor.execute("ANALYZE applications_casefacts")
    year = city_now().year - 1
    frozen = {}
    for period in [Period(year, month) for month in range(1, 13)] + [Period(year)]:
        say(f"freezing {period} ...")
        begun = time.perf_counter()
        publish(period, SYSTEM)
        frozen[str(period)] = round(time.perf_counter() - begun, 1)
    client = Client(HTTP_HOST="localhost")
    pages = {
        "a year": f"/disclosure/statistics/?period={year}",
        "a year of one kind and district":
            f"/disclosure/statistics/?period={year}&kind=residential&place=510302",
        "a month": f"/disclosure/statistics/?period={year}-06",
        "for programs": f"/api/v1/disclosure/statistics/{year}/",
    }  # fmt: skip
    return {
        "cases": CASES,
        "counted": sum(
            cell.count or 0
            for cell in Cell.objects.filter(release__period=str(year), row="", district="")
        ),
        "frozen_s": frozen,
        "pages": {
            name: _drawn(partial(client.get, path), noted) for name, path in pages.items()
        },
    }  # fmt: skip


def _drawn(ask: Callable[[], Any], noted: Any) -> dict[str, Any]:
    """Its statements, and the median of some openings; the first, which fills caches, not among
    them."""
    answer = ask()
    assert answer.status_code == 200, answer
    with noted() as asked:
        ask()
    times = []
    for _ in range(OPENINGS):
        begun = time.perf_counter()
        ask()
        times.append((time.perf_counter() - begun) * 1000)
    return {"ms": round(statistics.median(times), 1), "statements": len(asked)}


def table(found: dict[str, Any]) -> str:
    rows = "\n".join(
        f"| {name} | {each['ms']} | {each['statements']} |" for name, each in found["pages"].items()
    )
    year = list(found["frozen_s"].values())[-1]
    months = list(found["frozen_s"].values())[:-1]
    return f"""# Published timings at a million cases

{found["cases"]:,} cases laid in bulk, {found["counted"]:,} of them counted in the year. \
{found["machine"]["day"]}, {found["machine"]["processors"]} processors, load \
{found["machine"]["load_before"]} when it began. A month takes {max(months)} s to freeze at most, \
the year {year} s. Each page is drawn anew, as if nothing of it were kept; medians of {OPENINGS} \
openings, at most {MOST_MS} ms wanted:

| | ms | statements |
|---|---:|---:|
{rows}
"""


if __name__ == "__main__":
    main()
