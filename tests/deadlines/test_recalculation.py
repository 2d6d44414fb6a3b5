"""A year's holidays are published: provisional last days are counted again, once, on the record."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import connections
from django.utils.translation import override

from core import demonstration as city
from deadlines.explain import explain
from deadlines.models import Clock, ClockWarning
from deadlines.sweep import sweep
from deadlines.warnings import warn
from ledger.actions import open_city
from ledger.models import Entry
from ledger.verify import verify
from portal.invariants import broken
from rules import registry
from rules.calendar import Calendar
from tests.calendars import load, of_2027, read_calendars
from tests.concurrency.processes import at_once, refusals
from tests.deadlines.clocks import again, at, pause, resume, set_clock, started, stop


@pytest.fixture
def publish(committed_db: str) -> Iterator[Callable[[], Calendar]]:
    """Load a calendar that knows 2027, as the owner does."""
    city._known.clear()
    open_city(demonstration=True)
    registry.forget()
    yield lambda: load(of_2027(read_calendars()))
    registry.forget()
    connections["owner"].close()


def test_a_provisional_day_is_counted_again_once(publish: Callable[[], Calendar]) -> None:
    set_clock("2026-12-28 10:00")
    far, near = started("2026-12-28 10:00", 8), started("2026-12-28 10:00", 3)
    assert (far.due_on, far.provisional) == (date(2027, 1, 7), True)
    assert (near.due_on, near.provisional) == (date(2026, 12, 31), False)
    table = publish()
    assert sweep() == 0
    far, near = again(far), again(near)
    # 29, 30, 31 December; 3, 4, 5, 6, 7 January.
    assert (far.due_on, far.provisional) == (date(2027, 1, 7), False)
    assert (far.due_before, far.calendar_version) == (date(2027, 1, 7), table.version)
    assert (near.due_before, near.calendar_version != table.version) == (None, True)
    [entry] = Entry.objects.filter(type="clock.recounted")
    assert (entry.case_ref, entry.clock, entry.at) == (
        far.case_ref, "handling recounted", far.recounted_at,
    )  # fmt: skip
    sweep()
    assert Entry.objects.filter(type="clock.recounted").count() == 1
    assert verify() is None
    # The clocks of this test are no case's.
    left = [row for _name, rows in broken() for row in rows if row[2:] != ("clock", "kept", "none")]
    assert left == []


def test_a_day_that_moves_keeps_the_one_before(publish: Callable[[], Calendar]) -> None:
    set_clock("2026-12-28 10:00")
    clock = started("2026-12-28 10:00", 4)
    assert clock.due_on == date(2027, 1, 1)  # counted by the ordinary week
    publish()
    sweep()
    clock = again(clock)
    assert (clock.due_before, clock.due_on) == (date(2027, 1, 1), date(2027, 1, 3))
    assert clock.late_from == at("2027-01-04 00:00")
    with override("en"):
        lines = explain(clock, at("2026-12-28 11:00")).lines
    [line] = [line for line in lines if line.kind == "recounted"]
    # The clock of a demonstration goes on from where it was set.
    assert line.text.replace("10:00:01", "10:00:00") == (
        "Counted again 2026-12-28 10:00:00: the last day was 2027-01-01 and is 2027-01-03. "
        "Reason: State Council General Office notice on holidays in 2027. "
        "Loaded 2026-12-28, approved by: the system."
    )


def test_it_is_counted_again_before_anything_is_called_late(
    publish: Callable[[], Calendar],
) -> None:
    """The first sweep after the old day finds the calendar and no breach."""
    set_clock("2026-12-28 10:00")
    clock = started("2026-12-28 10:00", 4)
    publish()
    set_clock("2027-01-02 10:00")
    assert sweep() == 0
    assert again(clock).breached_at is None
    set_clock("2027-01-04 00:00:01")
    assert sweep() == 1
    assert again(clock).breached_at == at("2027-01-04 00:00")


def test_what_was_used_is_counted_by_the_new_calendar_too(
    publish: Callable[[], Calendar],
) -> None:
    set_clock("2027-01-06 10:00")
    clock = pause(
        started("2026-12-30 10:00", 9), "2027-01-04 10:00"
    )  # 31, 1, 4: three, as it seems
    clock = resume(clock, "2027-01-05 10:00")
    assert (clock.due_on, clock.provisional) == (date(2027, 1, 13), True)
    publish()
    sweep()
    assert again(clock).due_on == date(2027, 1, 13)  # 31, 3, 4: three


def test_paused_stopped_and_late_clocks_stay_as_they_are(
    publish: Callable[[], Calendar],
) -> None:
    set_clock("2027-01-20 10:00")
    clocks = [started("2026-12-28 10:00", 8) for _ in range(3)]
    pause(clocks[0], "2026-12-29 10:00")
    stop(clocks[1], "2026-12-29 10:00")
    sweep()
    before = [again(clock).due_on for clock in clocks]
    publish()
    sweep()
    assert [again(clock).due_on for clock in clocks] == before
    assert not Entry.objects.filter(type="clock.recounted").exists()


def test_four_sweeps_at_once_count_each_clock_once(publish: Callable[[], Calendar]) -> None:
    set_clock("2026-12-28 10:00")
    for _ in range(20):
        started("2026-12-28 10:00", 8)
    publish()
    assert refusals(at_once(*[sweep] * 4)) == []
    sweep()
    assert Entry.objects.filter(type="clock.recounted").count() == 20
    assert not Clock.objects.filter(provisional=True).exists()
    assert verify() is None


def test_warnings_are_planned_again_and_what_was_told_is_not_told_twice(
    publish: Callable[[], Calendar],
) -> None:
    set_clock("2026-12-28 10:00")
    clock = started("2026-12-28 10:00", 4)
    set_clock("2026-12-31 09:00")
    assert warn() == 2
    publish()
    set_clock("2027-01-01 09:00")  # the last day until now
    assert warn() == 0
    set_clock("2027-01-03 09:00")
    assert warn() == 1
    rows = ClockWarning.objects.filter(clock=clock).order_by("on")
    assert [(row.mark, str(row.on), str(row.due_on)) for row in rows] == [
        ("half", "2026-12-30", "2027-01-01"),
        ("day_left", "2026-12-31", "2027-01-01"),
        ("due", "2027-01-03", "2027-01-03"),
    ]
