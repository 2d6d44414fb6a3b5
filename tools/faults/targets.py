"""The campaign's own web server and worker: the portal's, with traps around them.

python -m tools.faults.targets web 127.0.0.1:8123
python -m tools.faults.targets worker
"""

import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

HEADER = "HTTP_X_FAULT"
ANSWER = "X-Fault-Points"
#: File with the plan of the worker's next task: {"task", "mode", "at"}.
PLAN = "FAULTS_PLAN"
SIGN = "FAULTS_SIGN"

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]


def trapped_application() -> Application:
    """A request's header says which trap is armed for it."""
    from tools.faults import traps

    traps.set_up(files=False)
    from portal.wsgi import application

    def answer(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        mode, _, at = environ.pop(HEADER, "").partition(" ")
        traps.trap.arm(mode, int(at or 0), Path(os.environ[SIGN]))

        def counted(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            passed = f"{traps.trap.points} {traps.trap.commits}"
            traps.trap.arm("", 0)
            return start(status, [*headers, (ANSWER, passed)] if mode else headers, *rest)

        return application(environ, counted)

    return answer


def web(bind: str) -> None:
    """With two processes, so that one that is killed leaves the other."""
    from portal.server import serve

    serve(bind, trapped_application, processes=2, threads=2)


def worker() -> None:
    """The plan file arms the task that it names."""
    from tools.faults import traps

    traps.set_up(files=True)
    from celery.signals import task_postrun, task_prerun

    from portal.celery import app

    task_prerun.connect(_arm, weak=False)
    task_postrun.connect(_disarm, weak=False)
    app.worker_main(
        ["--quiet", "worker", "--concurrency", "1", "--without-gossip", "--without-mingle",
         "--without-heartbeat", "--loglevel", "CRITICAL"]
    )  # fmt: skip


def _arm(task: Any, **_: object) -> None:
    from tools.faults.traps import COUNT, trap

    file = Path(os.environ[PLAN])
    plan = json.loads(file.read_text()) if file.exists() else {}
    mode, at = COUNT, 0
    if plan.get("task") == task.name:
        # Once: the process that comes after the one killed is not armed.
        file.unlink()
        mode, at = str(plan["mode"]), int(plan["at"])
    trap.arm(mode or COUNT, at, Path(os.environ[SIGN]))


def _disarm(task: Any, **_: object) -> None:
    from tools.faults.traps import trap

    told = json.dumps({"task": task.name, "points": trap.points, "mode": trap.mode})
    trap.arm("", 0)
    written = Path(os.environ[PLAN] + ".new")
    written.write_text(told)
    written.rename(os.environ[PLAN] + ".done")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    web(sys.argv[2]) if sys.argv[1] == "web" else worker()
