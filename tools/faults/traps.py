"""Points at which a process of the campaign dies, waits or loses an answer.

Nothing of this is in the portal: the campaign's own web server and worker (`targets`) put these
traps around the database connection and the file system before they load the portal.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

KILL, LOSE, HOLD, COUNT = "kill", "lose", "hold", "count"
HELD_FOR = 60.0


class Trap(threading.local):
    """What is armed in this thread.

    Attributes:
        mode: `kill` at a point; `lose` the answer of a commit; `hold` at a point until let go;
            `count` only counts; empty: nothing is armed.
        at: the number of the point, or of the commit for `lose`; from 1.
        sign: file that tells the campaign of a hold; removing it lets go.
    """

    def __init__(self) -> None:
        self.arm("", 0)

    def arm(self, mode: str, at: int, sign: Path | None = None) -> None:
        self.mode, self.at, self.sign = mode, at, sign
        self.points = self.commits = 0

    def point(self) -> None:
        """Before a statement, before and after a commit, before a file operation."""
        if not self.mode:
            return
        self.points += 1
        if self.points != self.at:
            return
        if self.mode == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.mode == HOLD:
            assert self.sign is not None
            self.sign.touch()
            deadline = time.monotonic() + HELD_FOR
            while self.sign.exists() and time.monotonic() < deadline:
                time.sleep(0.02)


trap = Trap()


def set_up(*, files: bool) -> None:
    """Once a process; `files`: also before fsync, rename and replace."""
    connection_created.connect(_watch, weak=False)
    real: Callable[[BaseDatabaseWrapper], None] = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]

    def commit(self: BaseDatabaseWrapper) -> None:
        trap.point()
        real(self)
        trap.commits += 1
        if trap.mode == LOSE and trap.commits == trap.at:
            assert self.connection is not None
            self.connection.close()
            raise OperationalError("the answer to COMMIT was lost")
        trap.point()

    BaseDatabaseWrapper._commit = commit  # type: ignore[attr-defined]
    if files:
        for name in ("fsync", "rename", "replace"):
            setattr(os, name, _trapped(getattr(os, name)))


def _watch(connection: BaseDatabaseWrapper, **_: object) -> None:
    def before(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        trap.point()
        return execute(sql, params, many, context)

    connection.execute_wrappers.append(before)


def _trapped(real: Callable[..., Any]) -> Callable[..., Any]:
    def trapped(*args: Any, **kwargs: Any) -> Any:
        trap.point()
        return real(*args, **kwargs)

    return trapped
