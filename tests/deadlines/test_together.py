"""Many sweeps at once, and a sweep beside an action: each breach once, nobody waits."""

import time
from collections.abc import Callable

from django.db import transaction

from accounts.models import User
from applications.states import State
from approvals.models import Permit
from core import demonstration as city
from core.locks import lock_case
from deadlines import actions
from deadlines.models import Clock, ClockWarning
from deadlines.sweep import sweep
from deadlines.warnings import warn
from ledger.actions import open_city
from ledger.models import Entry
from ledger.verify import verify
from portal.invariants import broken
from rules.names import Kind
from tests.builders import case_at, do, post_works
from tests.concurrency.processes import at_once, barrier, refusals
from tests.deadlines.clocks import again, at, new, set_clock, started
from tests.people import open_demonstration
from tools.scenarios import FOUR_REVIEWS

SWEEPS = 8


def opened() -> None:
    city._known.clear()
    open_city(demonstration=True)


def test_eight_sweeps_at_once_record_each_breach_once(committed_db: str) -> None:
    opened()
    set_clock("2026-04-01 10:00")
    actions.start([new(4) for _ in range(900)], at=at("2026-03-02 10:00"))
    outcomes = at_once(*[lambda: sweep(batch=50)] * SWEEPS)
    assert refusals(outcomes) == []
    swept = sum(one.value for one in outcomes)
    swept += sweep()  # all of them may have found the same last rows taken
    assert swept == 900
    written = Entry.objects.filter(type="clock.breached")
    assert (written.count(), written.values("case_ref").distinct().count()) == (900, 900)
    assert not Clock.objects.filter(breached_at=None).exists()
    assert verify() is None


def test_eight_sweeps_hear_each_silence_once(committed_db: str) -> None:
    people: dict[str, User] = open_demonstration()
    set_clock("2026-03-02 10:00")
    for _ in range(6):
        post_works(people, case_at(people, Kind.LV_OTHER, State.CONTRACTED), FOUR_REVIEWS)
    set_clock("2026-03-20 10:00")
    outcomes = at_once(*[sweep] * SWEEPS)
    assert refusals(outcomes) == []
    sweep()
    permits = Permit.objects.all()
    assert permits.count() == 24
    for permit in permits:
        assert permit.deemed_accepted
        types = list(Entry.objects.filter(part=permit.ref).order_by("id").values_list("type"))
        assert types.count(("permit.deemed_accepted",)) == 1
        assert types.count(("clock.breached",)) == 1
    assert [(name, rows) for name, rows in broken() if rows] == []
    assert verify() is None


def test_a_case_that_somebody_works_on_is_left_to_him(committed_db: str) -> None:
    opened()
    busy, idle = started("2026-03-02 10:00", 4), started("2026-03-02 10:00", 4)
    set_clock("2026-04-01 10:00")
    together = barrier(2)

    def working() -> None:
        with transaction.atomic():
            lock_case(busy.case_ref)
            together.wait()
            together.wait()

    def sweeping() -> tuple[int, float]:
        together.wait()
        begun = time.monotonic()
        done = sweep()
        seconds = time.monotonic() - begun
        together.wait()
        return done, seconds

    outcomes = at_once(working, sweeping)
    assert refusals(outcomes) == []
    done, seconds = outcomes[1].value
    assert (done, again(idle).breached_at) == (1, at("2026-03-07 00:00"))
    assert again(busy).breached_at is None
    assert seconds < 5
    assert sweep() == 1
    assert again(busy).breached_at == at("2026-03-07 00:00")


def test_a_row_that_somebody_holds_is_not_waited_for(committed_db: str) -> None:
    """Even if whoever holds it has forgotten the lock of the case."""
    opened()
    held, free = started("2026-03-02 10:00", 4), started("2026-03-02 10:00", 4)
    set_clock("2026-04-01 10:00")
    together = barrier(2)

    def holding() -> None:
        with transaction.atomic():
            Clock.objects.select_for_update().get(pk=held.pk)
            together.wait()
            together.wait()

    def sweeping() -> int:
        together.wait()
        done = sweep()
        together.wait()
        return done

    outcomes = at_once(holding, sweeping)
    assert refusals(outcomes) == []
    assert outcomes[1].value == 1
    assert [again(held).breached_at, again(free).breached_at] == [None, at("2026-03-07 00:00")]
    assert sweep() == 1


def test_an_action_beside_eight_sweeps_loses_nothing(committed_db: str) -> None:
    people = open_demonstration()
    set_clock("2026-03-02 10:00")
    cases = [case_at(people, Kind.LV_OTHER, State.SUBMITTED) for _ in range(10)]
    set_clock("2026-03-20 10:00")

    def accepting() -> None:
        for case in cases:
            do(people, case, "accept")

    calls: list[Callable[[], object]] = [accepting, *[sweep] * 3]
    assert refusals(at_once(*calls)) == []
    written = Entry.objects.filter(type="clock.breached")
    assert (written.count(), written.values("case_ref").distinct().count()) == (10, 10)
    assert [(name, rows) for name, rows in broken() if rows] == []


def test_eight_runs_at_once_tell_of_each_mark_once(committed_db: str) -> None:
    opened()
    set_clock("2026-03-02 10:00")
    actions.start([new(4) for _ in range(300)], at=at("2026-03-02 10:00"))
    set_clock("2026-03-05 09:00")
    outcomes = at_once(*[lambda: warn(batch=50)] * SWEEPS)
    assert refusals(outcomes) == []
    told = sum(one.value for one in outcomes) + warn()
    assert (told, ClockWarning.objects.count()) == (600, 600)
