"""`make bench`: every benchmark, each in a process and on servers of its own.

`make bench PART=lists`, or `unit`, `cost`, `log`, `public`, `filing`, `grid`,
`reliability`, `notices`, `simulate`, `year`, `timings`, runs one.
BENCH_ENTRIES is the size of the large log, BENCH_CASES and BENCH_OPEN that of the large city,
BENCH_LINES that of the grid, BENCH_INTERRUPTIONS that of the outages of a year,
BENCH_FOLLOWERS how many are told of an outage.
"""

import subprocess
import sys

PARTS = (
    "unit", "cost", "log", "public", "filing", "lists", "grid", "reliability", "notices",
    "simulate", "year", "timings",
)  # fmt: skip


def main(names: list[str]) -> int:
    for name in names or PARTS:
        if name not in PARTS:
            print(f"no such benchmark: {name}; there are {', '.join(PARTS)}", file=sys.stderr)
            return 2
        done = subprocess.run([sys.executable, "-m", f"tools.bench.{name}"], check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
