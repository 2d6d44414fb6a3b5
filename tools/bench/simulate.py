"""Acts a second of each process of a simulated city, beside the unit of work in as many processes
on the same machine."""

import os
import statistics
from typing import Any

from tools.bench.record import machine, save
from tools.bench.unit import rate, say
from tools.city import open_city

DAYS, CASES, SEED = 6, 120, 1
ROUNDS, UNITS = 3, 12
FLOOR = 0.7
#: Of one unit: a draft, its submission, acceptance, contract and line works, four acceptances and
#: four decisions.
ACTS = 13


def main() -> None:
    with open_city("simulate"):
        found = measure()
    save("simulate", found, table(found))


def measure() -> dict[str, Any]:
    """The city at work by rounds, the units before and after each, on one growing database: a
    machine that others use as well is not the same for two minutes."""
    from tools.simulation.coordinator import first_day, processors, simulate
    from tools.simulation.mix import Size
    from tools.simulation.report import is_whole

    cases, processes, where = int(os.environ.get("BENCH_CASES") or CASES), processors(), machine()
    rounds, ratios, whole = [], [], True
    units_at_once(processes, 1)
    for number in range(ROUNDS):
        say(f"round {number + 1} of {ROUNDS} ...")
        before = units_at_once(processes, UNITS)
        city = simulate(Size(DAYS, cases, SEED + number, first_day()), processes, say)
        after = units_at_once(processes, UNITS)
        whole = whole and is_whole(city)
        unit = statistics.median(before + after) * ACTS
        acts = [work.acts / work.seconds for work in city.works]
        rounds.append({"unit": round(unit, 1), "simulated": [round(one, 1) for one in acts]})
        ratios.append(round(min(acts) / unit, 3))
    return {
        "machine": where,
        "days": DAYS,
        "cases": cases,
        "processes": processes,
        "every_story_told": whole,
        "acts_per_second": rounds,
        "ratios": ratios,
        "ratio": statistics.median(ratios),
    }


def units_at_once(processes: int, units: int) -> list[float]:
    """Units a second of each of so many processes."""
    from django.db import connections

    from tools.simulation.crew import forked

    connections.close_all()
    queue = forked.Queue()
    workers = [forked.Process(target=_units, args=(units, queue)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    found = [queue.get(timeout=600) for _ in workers]
    for worker in workers:
        worker.join()
    return found


def _units(units: int, queue: Any) -> None:
    import itertools

    from tools.bench import ours

    ours._addresses = itertools.count(os.getpid() * 1_000_000 + int(os.times().elapsed * 1000))
    one = ours.Ours()
    one.unit()
    queue.put(rate(one.unit, units))


def table(found: dict[str, Any]) -> str:
    rows = "\n".join(
        f"| {number} | {each['unit']} | {', '.join(map(str, each['simulated']))} |"
        for number, each in enumerate(found["acts_per_second"], start=1)
    )
    return f"""# A simulated city

{found["cases"]} cases in {found["days"]} days, {found["processes"]} processes at work between two \
moves of the clock; beside them the unit of work ({ACTS} acts) in as many processes, before and \
after each round. {found["machine"]["day"]}, {found["machine"]["processors"]} processors, load \
{found["machine"]["load_before"]} when it began. Acts a second of each process:

| round | unit of work | simulated city |
|---|---:|---:|
{rows}

The slower process reaches **{found["ratio"]}** of the unit's rate (median of the rounds; at least \
{FLOOR}; by round: {", ".join(str(one) for one in found["ratios"])}). Every \
story was told to its end: {"yes" if found["every_story_told"] else "no"}.
"""


if __name__ == "__main__":
    main()
