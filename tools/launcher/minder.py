"""Outlives a supervisor that is killed, and ends what the kernel's signal did not end.

On its standard input it reads, one line for each change, the process groups that run now. At the
end of that input the supervisor is gone: what still runs after GRACE is killed, as
Supervisor.stop would have done.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

#: Seconds: as long as the supervisor waits itself.
GRACE = 10.0


def runs(group: int) -> bool:
    try:
        with suppress(PermissionError):
            os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def end(groups: Iterable[int], grace: float = GRACE) -> None:
    deadline = time.monotonic() + grace
    left = set(groups)
    while left := {group for group in left if runs(group)}:
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    for group in left:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    last = ""
    for last in sys.stdin:  # noqa: B007 (only the last line counts)
        continue
    end(map(int, last.split()))
