"""The log at two sizes: integration, proofs of inclusion, and verification of the whole."""

import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.city import open_city
from bench.record import keep, machine
from bench.unit import say

SMALL = 10_000
LARGE = int(os.environ.get("BENCH_ENTRIES", "1000000"))
MORE, ROUNDS, PROOFS = 1_000, 5, 300
ROOT = Path(__file__).parents[1]
MADE = (
    "Entries were written by the owner in bulk through the real triggers: 13 steps a case, "
    "a salt and a sealed text each."
)


def main() -> None:
    """Measure, keep, print."""
    where = machine()
    with open_city() as places:
        found = measure(places.record / "public")
    keep("log", found | {"machine": where, "made": MADE})


def measure(public: Path) -> dict[str, Any]:
    """Grow one log to both sizes and look at it there."""
    from bench.filling import Filling

    filling, sizes = Filling(), []
    ledger: list[dict[str, Any]] = []
    alone: list[dict[str, Any]] = []
    for size in (SMALL, LARGE):
        say(f"writing {size:,} entries ...")
        filling.up_to(size)
        sizes.append(_at(filling, size))
        grown = filling.size()
        say(f"verifying {grown:,} entries ...")
        ledger.append(_verified(["manage.py", "verify_ledger"], grown))
        script = "static/record/tongdian_verify.py"
        alone.append(_verified([script, "log", str(public)], grown))
    return {"sizes": sizes, "verify_ledger": ledger, "stand_alone": alone}


def _at(filling: Any, size: int) -> dict[str, Any]:
    waited = size - _signed()
    say(f"integrating {waited:,} of them ...")
    seconds = _drained()
    more = []
    for number in range(ROUNDS):
        filling.up_to(size + MORE * (number + 1))
        more.append(_run())
    return {
        "entries": size,
        "drained_entries": waited,
        "drained_per_second": round(waited / seconds),
        "thousand_more_s": round(statistics.median(more), 3),
        "thousand_more_all_s": [round(one, 3) for one in more],
        **_proofs(),
    }


def _signed() -> int:
    from ledger.log import latest

    newest = latest()
    return newest.size if newest else 0


def _drained() -> float:
    """Run the sequencer until nothing waits; seconds."""
    from ledger.models import Pending

    seconds = 0.0
    while Pending.objects.exists():
        seconds += _run()
    return seconds


def _run() -> float:
    """One run of the sequencer, as every ten seconds; seconds."""
    from ledger import sequencer

    begun = time.perf_counter()
    sequencer.run()
    return time.perf_counter() - begun


class Opened:
    """Counts the files of the published record that this process opens."""

    def __init__(self) -> None:
        self.count = 0
        sys.addaudithook(self._note)

    def _note(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and "/public/" in str(args[0]):
            self.count += 1


opened = Opened()


def _proofs() -> dict[str, Any]:
    """Proofs for leaves anywhere, each read from the files anew and verified."""
    from ledger import log
    from tlog import tree

    newest = log.latest()
    assert newest is not None
    chosen = random.Random(1).sample(range(newest.size), PROOFS)
    seconds, files, hashes = [], [], []
    for index in chosen:
        before, begun = opened.count, time.perf_counter()
        proof = log.inclusion(index, newest.size)
        seconds.append(time.perf_counter() - begun)
        files.append(opened.count - before)
        hashes.append(len(proof))
        [leaf] = log.hashes_between(index, index + 1)
        if not tree.includes(leaf, index, newest.size, proof, newest.root):
            raise AssertionError(f"the proof of leaf {index} does not hold")
    return {
        "proof_ms": round(statistics.median(seconds) * 1000, 2),
        "proof_files": round(statistics.mean(files), 1),
        "proof_hashes": round(statistics.mean(hashes), 1),
    }


def _verified(command: list[str], size: int) -> dict[str, Any]:
    """Run a program over the whole record; its seconds and its largest memory."""
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdout is not None
    said = child.stdout.read().decode()
    _pid, status, used = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise AssertionError(f"{' '.join(command)}: {said}")
    return {
        "entries": size,
        "seconds": round(seconds, 1),
        "per_second": round(size / seconds),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "mb": round(used.ru_maxrss / 1024),
    }


if __name__ == "__main__":
    main()
