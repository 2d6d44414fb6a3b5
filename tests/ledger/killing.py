"""A process that kills itself at its n-th step: a call of the file system or a statement."""

import os
import signal
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

from tests.concurrency.processes import forked

CALLS = ("fsync", "replace", "unlink", "mkdir", "rmdir")
SECONDS = 60


def killed_at(step: int, call: Callable[[], object]) -> bool:
    """Make a call in a process that dies by SIGKILL before its step-th step; whether it did die.

    Raises:
        AssertionError: the process ended in any other way than well or killed.
    """
    connections.close_all()
    child = forked.Process(target=_run, args=(step, call), daemon=True)
    child.start()
    child.join(SECONDS)
    assert child.exitcode in {0, -signal.SIGKILL}, child.exitcode
    return bool(child.exitcode)


def _run(step: int, call: Callable[[], object]) -> None:
    left = step

    def tick() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def made(*args: Any, **kwargs: Any) -> Any:
            tick()
            return real(*args, **kwargs)

        return made

    def statement(execute: Any, *args: Any) -> Any:
        tick()
        return execute(*args)

    connection.ensure_connection()
    for name in CALLS:
        setattr(os, name, counted(getattr(os, name)))
    database: Any = connection
    database._commit = counted(database._commit)
    with connection.execute_wrapper(statement):
        call()
    # A test that is forked must not run the test session's own end.
    os._exit(0)
