"""Four officers deciding at the same instant from four processes: how long one decision takes."""

import multiprocessing
import time
from collections.abc import Sequence
from multiprocessing.synchronize import Barrier
from typing import Any

from django.db import connections

from approvals.models import Permit
from bench.ours import PERMITS, Ours

CASES = 40
WAIT = 60


def latencies() -> list[float]:
    """Return the seconds of each of 4 × CASES decisions; every case joins or it is an error."""
    ours = Ours()
    cases = [_ready(ours) for _ in range(CASES)]
    waiting = [[permit.pk for permit in ours.permits(case)] for case in cases]
    found = _race([[row[place] for row in waiting] for place in range(PERMITS)])
    for case in cases:
        case.refresh_from_db()
        if case.state != "permits_granted":
            raise AssertionError(f"{case.number} did not join")
    return found


def _ready(ours: Ours) -> Any:
    case = ours.file()
    ours.post_works(case)
    for permit in ours.permits(case):
        ours.step(permit, "accept")
    return case


def _race(shares: Sequence[Sequence[int]]) -> list[float]:
    connections.close_all()
    context = multiprocessing.get_context("fork")
    barrier, queue = context.Barrier(len(shares)), context.Queue()
    officers = [context.Process(target=_decide, args=(pks, barrier, queue)) for pks in shares]
    for officer in officers:
        officer.start()
    found = [seconds for _ in officers for seconds in queue.get(timeout=WAIT)]
    for officer in officers:
        officer.join(WAIT)
    return found


def _decide(pks: Sequence[int], barrier: Barrier, queue: Any) -> None:
    ours, taken = Ours(), []
    for pk in pks:
        permit = Permit.objects.select_related("line_works").get(pk=pk)
        barrier.wait(WAIT)
        begun = time.perf_counter()
        ours.step(permit, "grant")
        taken.append(time.perf_counter() - begun)
    queue.put(taken)
