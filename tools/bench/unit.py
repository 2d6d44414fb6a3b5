"""One unit of work per second, beside the same rows written by plain SQL."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from tools.bench.record import save
from tools.city import open_city

ROUNDS, UNITS, GROUND = 5, 30, 200
AIM, FLOOR = 0.40, 0.25
#: The p95 of a decision of four officers at once, as a multiple of the median of one alone.
MOST_AT_ONCE = 3
#: Units a second of others on a like unit, and of plain SQL statement by statement beside them,
#: measured in November 2026 on PostgreSQL 15: only the shares compare with the ratio here.
PEERS = {"minimal Django with django-fsm, no record": 95, "django-viewflow": 23, "Caluma": 10}
PEERS_PLAIN = 204


def main() -> None:
    with open_city("bench"):
        found = measure()
    save("unit-of-work", found, table(found))


def measure() -> dict[str, Any]:
    """Both writers in turn on one growing database; medians over the rounds."""
    from tools.bench.ours import Ours, alone, counted, latencies
    from tools.bench.plain import Plain

    ours = Ours()
    ours.unit()
    with counted() as sent:
        case = ours.unit()
    plain = Plain(case)
    plain.unit()
    say(f"laying the ground: {GROUND} cases ...")
    rate(plain.unit, GROUND)
    rounds = []
    for number in range(ROUNDS):
        say(f"round {number + 1} of {ROUNDS} ...")
        rounds.append((rate(ours.unit, UNITS), rate(plain.unit, UNITS)))
    say("four officers at once ...")
    median_alone = statistics.median(alone()) * 1000
    at_once = sorted(seconds * 1000 for seconds in latencies())
    p95 = at_once[int(len(at_once) * 0.95)]
    return {
        "unit": "file, accept, sign, line works with four reviewed permits, four acceptances,"
        " four decisions, join; one committed transaction a step",
        "rounds": ROUNDS,
        "units_per_round": UNITS,
        "tongdian_units_per_second": round(statistics.median(a for a, _b in rounds), 1),
        "plain_sql_units_per_second": round(statistics.median(b for _a, b in rounds), 1),
        "ratio": round(statistics.median(a / b for a, b in rounds), 3),
        "ratios": [round(a / b, 3) for a, b in rounds],
        "tongdian_statements_per_unit": len(sent) - 1,
        "plain_sql_statements_per_unit": statements_of(plain),
        "four_at_once_ms": {
            "median": round(statistics.median(at_once), 2),
            "p95": round(p95, 2),
            "median_alone": round(median_alone, 2),
            "p95_to_median_alone": round(p95 / median_alone, 2),
            "decisions": len(at_once),
        },
    }


def statements_of(plain: Any) -> int:
    before = int(plain.statements)
    plain.unit()
    return int(plain.statements) - before


def rate(unit: Callable[[], object], times: int) -> float:
    """Units per second."""
    begun = time.perf_counter()
    for _ in range(times):
        unit()
    return times / (time.perf_counter() - begun)


def say(line: str) -> None:
    print(line, flush=True)


def peers() -> str:
    return ", ".join(f"{name} {rate_ / PEERS_PLAIN:.2f}" for name, rate_ in PEERS.items())


def table(found: dict[str, Any]) -> str:
    at_once = found["four_at_once_ms"]
    return f"""# Unit of work

{found["unit"]}. \
Medians of {found["rounds"]} interleaved rounds of {found["units_per_round"]} units, \
fsync and synchronous commit on, one process.

| | units a second | SQL statements a unit |
|---|---:|---:|
| Tongdian: record, clocks, rules, rights on | {found["tongdian_units_per_second"]} | \
{found["tongdian_statements_per_unit"]} |
| the same rows by plain SQL, statement by statement | {found["plain_sql_units_per_second"]} | \
{found["plain_sql_statements_per_unit"]} |

Ratio **{found["ratio"]}** (at least {FLOOR}, aim {AIM}); by round: \
{", ".join(str(one) for one in found["ratios"])}.

Others as a share of plain SQL on a like unit: {peers()}.

Four officers deciding at the same instant from four processes: one decision takes \
{at_once["median"]} ms (median), {at_once["p95"]} ms (p95), over {at_once["decisions"]} decisions; \
every case joined once. Alone a decision takes {at_once["median_alone"]} ms (median), so p95 is \
**{at_once["p95_to_median_alone"]}** times that (at most {MOST_AT_ONCE}).
"""


if __name__ == "__main__":
    main()
