"""When a crashed child is started again."""

import pytest

from tools.launcher.children import LONGEST_PAUSE, SETTLED, Restart


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
