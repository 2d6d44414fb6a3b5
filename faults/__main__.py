"""`make faults`: harm the running portal again and again, and see that nothing is lost or doubled.

FAULTS says how many injections (60), FAULTS_SEED which (today's by default, printed).
"""

import os
import random
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faults.campaign import Injection
    from faults.injections import Scene

DEFAULT = 60


def main() -> int:
    """Run the campaign; 1 where anything did not hold."""
    count = int(os.environ.get("FAULTS") or DEFAULT)
    seed = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(10**6))
    print(f"{count} injections, FAULTS_SEED={seed}", flush=True)
    from faults.city import open_city

    with open_city(_free_port()) as city:
        from faults.campaign import planned
        from faults.deeds import sign_in
        from faults.injections import Scene

        scene = Scene(city, sign_in(city.address))
        begun = time.monotonic()
        kinds, broken = _run(planned(scene, seed), scene, count)
    told = ", ".join(f"{kind} {times}" for kind, times in kinds.items())
    print(f"{kinds.total()} injections in {time.monotonic() - begun:.0f} s ({told})")
    print(f"{broken} after which something did not hold")
    return 1 if broken else 0


def _run(plan: "Iterator[Injection]", scene: "Scene", count: int) -> tuple[Counter[str], int]:
    """Inject as many as were asked for; those that came too late to do harm are not counted."""
    from faults.injections import Spared

    kinds: Counter[str] = Counter()
    broken = 0
    for injection in plan:
        try:
            problems = injection.run(scene)
        except Spared:
            continue
        kinds[injection.kind] += 1
        broken += bool(problems)
        _tell(kinds.total(), injection, problems)
        if kinds.total() == count:
            break
    return kinds, broken


def _tell(number: int, injection: "Injection", problems: list[str]) -> None:
    print(f"{number:4} {'FAILED' if problems else 'holds '} {injection.words}", flush=True)
    for problem in problems:
        print(f"            {problem}", flush=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
