"""A simulated year, and its published timings counted again from the record."""

import os
import time
from datetime import datetime
from typing import Any

from tools.bench.record import machine, save
from tools.bench.unit import say
from tools.city import open_city

DAYS, CASES, SEED = 366, 1500, 1
#: The whole of this year is published some days after its end.
YEAR, BEGIN, END = 2025, "2024-12-31 08:00", "2026-01-06 08:00"


def main() -> None:
    with open_city("year"):
        found = measure()
    save("year", found, table(found))
    assert found["differences"] == 0, f"{found['differences']} figures differ from the record"


def measure() -> dict[str, Any]:
    from django.utils.timezone import now

    from applications.facts import count_facts
    from applications.timings.releases import published, release_due
    from core.clock import CITY
    from ledger.actions import move_clock
    from tools.recount import differences
    from tools.simulation.coordinator import first_day, processors, simulate
    from tools.simulation.mix import Size
    from tools.simulation.report import is_whole

    def clock(local: str) -> None:
        move_clock(offset=datetime.fromisoformat(local).replace(tzinfo=CITY) - now())

    where, cases = machine(), int(os.environ.get("BENCH_CASES") or CASES)
    clock(BEGIN)
    begun = time.perf_counter()
    city = simulate(Size(DAYS, cases, SEED, first_day()), processors(), say)
    simulated = time.perf_counter() - begun
    clock(END)
    count_facts()
    begun = time.perf_counter()
    release_due()
    frozen = time.perf_counter() - begun
    releases = [release for release in published() if release.of.year == YEAR]
    begun = time.perf_counter()
    found = {str(release): list(differences(release)) for release in releases}
    for name, wrong in found.items():
        say(f"{name}: {len(wrong)} figures differ {wrong[:3] or ''}")
    return {
        "machine": where,
        "days": DAYS,
        "cases": len(city.stand),
        "every_story_told": is_whole(city),
        "seconds_simulated": round(simulated),
        "seconds_frozen": round(frozen, 1),
        "releases": len(releases),
        "figures": sum(release.cells.exclude(count=None).count() for release in releases),
        "hidden": sum(release.cells.filter(count=None).count() for release in releases),
        "differences": sum(map(len, found.values())),
        "seconds_recounted": round(time.perf_counter() - begun),
    }


def table(found: dict[str, Any]) -> str:
    return f"""# A simulated year, counted again

{found["cases"]} cases in {found["days"]} simulated days ({found["seconds_simulated"]} s), every \
story told to its end: {"yes" if found["every_story_told"] else "no"}. \
{found["machine"]["day"]}, {found["machine"]["processors"]} processors.

| | |
|---|---:|
| releases: the months, and the year | {found["releases"]} |
| rows that are shown | {found["figures"]} |
| rows that are hidden | {found["hidden"]} |
| figures, hidden counts among them, that `manage.py recount` finds different | \
**{found["differences"]}** |

December and the year took {found["seconds_frozen"]} s to freeze, most of it the choice of what to \
hide. The recount looks at every day of every case in the record, and took \
{found["seconds_recounted"]} s.
"""


if __name__ == "__main__":
    main()
