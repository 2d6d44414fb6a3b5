"""Arming the worker's next task, poking it, and waiting until it was done."""

import json
import time
from dataclasses import dataclass
from pathlib import Path

from faults.city import City

DONE_WITHIN = 90.0


@dataclass(frozen=True)
class Run:
    """The run of a task that came to its end.

    Attributes:
        points: how many it passed.
        spared: it was the armed one: the task was over before its point.
    """

    points: int
    spared: bool


def poke(city: City, task: str, mode: str = "", at: int = 0) -> Run:
    """Have the worker run a task, killed or not on its way, until it was done once.

    A task whose process dies is given to the next one (acks late); that run is not armed.

    Raises:
        TimeoutError: the task was not done in time.
    """
    done = Path(f"{city.plan}.done")
    done.unlink(missing_ok=True)
    city.plan.write_text(json.dumps({"task": task, "mode": mode, "at": at}))
    deadline = time.monotonic() + DONE_WITHIN
    sent = 0.0
    while time.monotonic() < deadline:
        if time.monotonic() - sent > 15:
            _send(task)
            sent = time.monotonic()
        if done.exists():
            told = json.loads(done.read_text())
            done.unlink()
            if told["task"] == task:
                return Run(int(told["points"]), spared=bool(mode) and told["mode"] == mode)
        time.sleep(0.05)
    raise TimeoutError(f"{task} was not done within {DONE_WITHIN:.0f} s")


def _send(task: str) -> None:
    from portal.celery import app

    try:
        app.send_task(task, expires=60, retry=False)
    except OSError:
        # The broker is away; the next try comes.
        return
