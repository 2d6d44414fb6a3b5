"""Real processes killed anywhere on the way from one outage to thousands of phones: the counts at
the counterpart are the proof."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connections
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from notifications.bulk import sending
from notifications.bulk.models import Broadcast
from notifications.models import Circuit, Delivery
from reliability.following.models import Scope
from tests.notifications.counterpart import At
from tests.people import open_demonstration
from tests.reliability.followers import states, told
from tests.reliability.outages import announced, at, do, grid, reported
from tools.faults import traps
from tools.followers import lay, phone_of


@pytest.fixture
def project(with_people: None, committed_db: str) -> User:
    return grid(open_demonstration())


def worker(mode: str = "count", point: int = 0) -> int:
    """The number of a process of its own that sends what goes to many, with a trap armed in it."""
    connections.close_all()  # the child must not have the parent's
    pid = os.fork()
    if pid:
        return pid
    try:
        traps.set_up(files=False)
        traps.trap.arm(mode, point)
        sending.send_broadcasts()
    finally:
        os._exit(0)


def ended(pid: int) -> int:
    """Less than zero: the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def recover() -> None:
    """Leases run out, pauses pass, a provider that was left alone is tried."""
    Circuit.objects.exclude(retry_at=None).update(retry_at=Now())
    Delivery.objects.filter(state="leased").update(leased_until=timezone.now())
    Broadcast.objects.exclude(resume_at=None).update(resume_at=Now())
    Delivery.objects.exclude(due_at=None).update(due_at=Now())


def until_done(seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while Broadcast.objects.filter(state__in=Broadcast.OPEN).exists():
        assert time.monotonic() < deadline
        recover()
        sending.send_broadcasts()
    for _time in range(3):
        recover()
        sending.send_broadcasts()


def wrong(outside: At, count: int) -> dict[str, int]:
    """Whom the counterpart has not one message for."""
    found = Counter(to for to, _text in outside.texts())
    wanted = {phone_of(number) for number in range(count)}
    return {to: found[to] for to in wanted | set(found) if found[to] != 1 or to not in wanted}


@pytest.mark.slow
def test_two_thousand_are_told_once_by_a_counterpart_that_times_out_after_accepting(
    project: User, outside: At
) -> None:
    lay(2_000, scope=Scope.ELEMENT, value="P-1")
    reported(project)
    outside.behave("silent", times=30)
    until_done()
    assert wrong(outside, 2_000) == {}
    assert states() == {"confirmed": 2_000}
    assert list(Broadcast.objects.values_list("state", "people")) == [("done", 2_000)]


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.parametrize("deduplicates", [True, False])
def test_killed_at_points_all_along_the_way_each_is_told_once(
    project: User, outside: At, *, deduplicates: bool
) -> None:
    lay(6_000, scope=Scope.ELEMENT, value="P-1")
    reported(project)
    outside.behave("well", deduplicates=deduplicates)
    killed = 0
    for point in (3, 9, 14, 20, 26, 33, 40, 48, 56, 65):
        killed += ended(worker("kill", point)) == -signal.SIGKILL
        recover()
    assert killed == 10
    until_done()
    assert wrong(outside, 6_000) == {}
    assert states() == {"confirmed": 6_000}


@pytest.mark.slow
@pytest.mark.faults
def test_killed_while_the_provider_thinks_each_is_told_once(project: User, outside: At) -> None:
    lay(300, scope=Scope.ELEMENT, value="P-1")
    reported(project)
    outside.behave("slow", seconds=3, times=24, deduplicates=False)
    pid = worker()
    deadline = time.monotonic() + 30
    while not outside.messages() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    assert ended(pid) == -signal.SIGKILL
    until_done()
    assert wrong(outside, 300) == {}


@pytest.mark.slow
@pytest.mark.faults
def test_two_workers_at_once_tell_each_once(project: User, outside: At) -> None:
    """The claim is what parts them, not the lock that keeps them apart elsewhere."""
    lay(800, scope=Scope.ELEMENT, value="P-1")
    reported(project)
    pids = [worker_alone() for _number in range(2)]
    assert [ended(pid) for pid in pids] == [0, 0]
    until_done()
    assert wrong(outside, 800) == {}


def worker_alone() -> int:
    """As `worker`, by the steps that hold no lock of the whole run."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    try:
        sending.send_until(time.monotonic() + 20)
        os._exit(0)
    finally:
        os._exit(1)


@pytest.mark.slow
def test_changed_and_restored_while_a_worker_sends_nobody_gets_a_wrong_last_word(
    project: User, outside: At
) -> None:
    """Each phone hears in the order in which it was told, the last word once, and some of each."""
    lay(900, scope=Scope.ELEMENT, value="P-1")
    one = announced(project)
    pids = [worker_alone()]
    _until(lambda: len(outside.messages()) >= 100)
    do(one, "change", project, area="五星街一段", elements=["P-1"], planned_from=at(days=9),
       planned_until=at(days=9, hours=4), not_live_reason="电缆沟内空间不足")  # fmt: skip
    # The first one may have had nothing left to send by now.
    pids.append(worker_alone())
    _until(lambda: sum("停电有变" in text for _to, text in outside.texts()) >= 50)
    do(one, "cancel", project, reason="施工改期")
    assert [ended(pid) for pid in pids] == [0, 0]
    until_done()
    order = ["自流井区计划停电", "自流井区停电有变", "自流井区停电取消"]
    heard: dict[str, list[int]] = {phone_of(number): [] for number in range(900)}
    for to, words in told(outside):
        heard[to].append(order.index(words))
    wrong = {to: said for to, said in heard.items() if sorted(set(said)) != said or said[-1] != 2}
    assert wrong == {}
    assert {words for said in heard.values() for words in said} == {0, 1, 2}


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
