"""Real processes killed between claim, sending and settling: each intent arrives exactly once."""

import os
import signal
import time
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models.functions import Now
from django.utils import timezone

from notifications import delivery, outbox
from notifications.addresses import Address
from notifications.models import Delivery, Outbox
from rules.delivery import Channel
from tests.notifications.counterpart import At
from tools.faults import traps

pytestmark = [pytest.mark.slow, pytest.mark.faults]


def worker(mode: str, point: int) -> int:
    """The number of a process of its own that sends what waits, with a trap armed in it."""
    connections.close_all()  # the child must not have the parent's
    pid = os.fork()
    if pid:
        return pid
    try:
        traps.set_up(files=False)
        traps.trap.arm(mode, point)
        delivery.send_outside()
    finally:
        # At most 255: so many points it has passed.
        os._exit(traps.trap.points)


def ended(pid: int) -> int:
    """The points that it passed; less than zero: the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def code(number: int) -> Outbox:
    return outbox.send_code(
        Address(Channel.SMS, f"1389000{number:04}"),
        secret={"code": "493027"},
        lasts=timedelta(minutes=10),
        language="zh-hans",
    )


def recover() -> None:
    """Leases run out, pauses pass, others take over."""
    for _time in range(4):
        Delivery.objects.filter(state="leased").update(leased_until=timezone.now())
        delivery.release(Channel.SMS)
        Delivery.objects.exclude(due_at=None).update(due_at=Now())
        delivery.send_outside()


def test_a_worker_killed_at_any_point_sends_each_message_once(
    committed_db: str, outside: At
) -> None:
    code(0)
    points = ended(worker("count", 0))
    assert 8 <= points <= 100
    for point in range(1, points + 1):
        code(point)
        assert ended(worker("kill", point)) == -signal.SIGKILL
        recover()
    sent = [to for to, _text in outside.texts()]
    assert sent == [f"1389000{number:04}" for number in range(points + 1)]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"confirmed"}


@pytest.mark.parametrize("deduplicates", [True, False])
def test_a_worker_killed_while_the_provider_thinks_sends_once(
    committed_db: str, outside: At, *, deduplicates: bool
) -> None:
    code(1)
    outside.behave("slow", seconds=5, deduplicates=deduplicates)
    killed = worker("count", 0)
    deadline = time.monotonic() + 30
    while not outside.messages() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(killed, signal.SIGKILL)
    assert ended(killed) == -signal.SIGKILL
    assert [row.state for row in Delivery.objects.all()] == ["leased"]
    recover()
    assert len(outside.messages()) == 1
    assert [row.state for row in Delivery.objects.all()] == ["confirmed"]
