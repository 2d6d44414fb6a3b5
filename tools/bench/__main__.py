"""`make bench`: every benchmark, each in a process and on servers of its own.

`python -m tools.bench unit` runs one. BENCH_ENTRIES is the size of the large log.
"""

import subprocess
import sys

PARTS = ("unit", "cost", "log", "public")


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
