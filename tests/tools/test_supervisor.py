"""When a crashed child is started again, and who ends those that outlive their supervisor."""

import signal
import subprocess
import sys
import time

import pytest

from tools.launcher import minder
from tools.launcher.children import LONGEST_PAUSE, SETTLED, Restart

DEAF = "import signal, sys; signal.signal(15, signal.SIG_IGN); print(flush=True); sys.stdin.read()"


def test_the_first_crash_is_mended_at_once_the_next_ever_later() -> None:
    restart = Restart()
    pauses = [restart.plan(uptime=1, now=100) for _ in range(8)]
    assert pauses == [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, LONGEST_PAUSE, LONGEST_PAUSE]


def test_a_child_that_was_well_for_a_while_starts_afresh() -> None:
    restart = Restart()
    for _ in range(5):
        restart.plan(uptime=1, now=0)
    assert restart.plan(uptime=SETTLED + 1, now=7) == 0.0
    assert restart.due == pytest.approx(7)


def test_what_the_kernels_signal_did_not_end_is_killed_after_the_grace() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DEAF],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as deaf:
        assert deaf.stdout is not None
        deaf.stdout.readline()
        deaf.send_signal(signal.SIGTERM)
        minder.end([deaf.pid], grace=0.2)
        assert deaf.wait(10) == -signal.SIGKILL


def test_nobody_waits_for_what_has_ended() -> None:
    with subprocess.Popen([sys.executable, "-c", ""], start_new_session=True) as ended:
        ended.wait()
    began = time.monotonic()
    minder.end([ended.pid], grace=60)
    assert time.monotonic() - began < 30
