"""`make faults`: harm the running portal again and again, and see that nothing is lost or doubled.

FAULTS says how many injections (60), FAULTS_SEED which (today's by default, printed).
"""

import os
import random
import sys
import time
from collections import Counter

from tools.launcher import free_port

DEFAULT = 60


def main() -> int:
    count = int(os.environ.get("FAULTS") or DEFAULT)
    seed = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(10**6))
    print(f"{count} injections, FAULTS_SEED={seed}", flush=True)
    from tools.faults.city import open_city_to_harm

    kinds: Counter[str] = Counter()
    with open_city_to_harm(free_port()) as city:
        from tools.client import Client
        from tools.faults.campaign import planned
        from tools.faults.injections import Scene, Spared
        from tools.journey import sign_in

        scene = Scene(city, sign_in(Client(city.address)))
        begun, broken = time.monotonic(), 0
        for injection in planned(scene, seed):
            try:
                problems = injection.run(scene)
            except Spared:
                continue  # it came too late to do harm, and is not counted
            kinds[injection.kind] += 1
            broken += bool(problems)
            said = f"{kinds.total():4} {'FAILED' if problems else 'holds '} {injection.words}"
            print("\n            ".join([said, *problems]), flush=True)
            if kinds.total() == count:
                break
    told = ", ".join(f"{kind} {times}" for kind, times in kinds.items())
    print(f"{kinds.total()} injections in {time.monotonic() - begun:.0f} s ({told})")
    print(f"{broken} after which something did not hold")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
