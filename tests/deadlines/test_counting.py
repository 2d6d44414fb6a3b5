"""Due days: the published vectors, and every sequence of pauses against a count by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clock import CITY, end_of
from deadlines import actions
from deadlines.models import Clock, Interval
from deadlines.queries import clocks_of, days_in, intervals_of, used_days
from rules.registry import calendar
from tests.deadlines.by_hand import HandClock
from tests.deadlines.clocks import HANDLING, again, at, new, pause, resume, set_clock, started, stop
from tests.rules.test_calendar import naive_due

pytestmark = pytest.mark.django_db

VECTORS = [
    ("2021-04-30 09:00", 4, "2021-05-10", False),
    ("2021-04-30 23:59:59", 4, "2021-05-10", False),
    ("2021-04-30 00:00", 4, "2021-05-10", False),
    ("2021-05-01 00:00", 4, "2021-05-10", False),
    ("2021-09-17 12:00", 5, "2021-09-26", False),
    ("2022-01-28 12:00", 7, "2022-02-11", False),
    ("2026-12-25 12:00", 4, "2026-12-31", False),
    ("2026-12-21 12:00", 30, "2027-02-01", True),
    ("2024-02-28 12:00", 1, "2024-02-29", False),
    ("2025-12-31 12:00", 1, "2026-01-04", False),
]


@pytest.mark.parametrize(("start", "days", "due", "provisional"), VECTORS)
def test_the_published_vectors(start: str, days: int, due: str, provisional: bool) -> None:
    clock = started(start, days)
    last = date.fromisoformat(due)
    assert (clock.due_on, clock.late_from, clock.provisional) == (last, end_of(last), provisional)


@pytest.mark.parametrize(("start", "days", "due"), [(s, d, due) for s, d, due, _p in VECTORS[:6]])
def test_a_naive_count_of_weekdays_would_be_wrong(start: str, days: int, due: str) -> None:
    assert naive_due(at(start).date(), days) != date.fromisoformat(due)


def test_the_day_is_the_city_s_wherever_the_instant_is_written() -> None:
    clock = new(4)
    actions.start([clock], at=datetime(2021, 4, 29, 16, 0, tzinfo=UTC))  # the 30th in the city
    assert Clock.objects.get(case_ref=clock.case_ref).due_on == date(2021, 5, 10)


def test_a_pause_over_a_holiday_costs_nothing() -> None:
    clock = started("2026-09-22 10:00", 6)
    clock = pause(clock, "2026-09-24 10:00")  # two used
    assert (clock.state, clock.due_on, clock.late_from) == ("paused", None, None)
    clock = resume(clock, "2026-09-30 18:00")
    assert clock.due_on == date(2026, 10, 12)  # four after the holiday, Saturday the 10th counted


@pytest.mark.parametrize("resumed", ["2026-03-10 00:00", "2026-03-10 23:59:59", "2026-03-14 12:00"])
def test_with_nothing_left_it_is_due_at_the_end_of_the_day_of_resumption(resumed: str) -> None:
    """A Saturday too: the day itself, not the next working day."""
    clock = pause(started("2026-03-02 10:00", 4), "2026-03-06 10:00")
    clock = resume(clock, resumed)
    assert clock.due_on == at(resumed).date()
    assert clock.late_from == end_of(at(resumed).date())


def test_a_pause_of_no_length_changes_nothing() -> None:
    clock = started("2026-03-02 10:00", 4)
    due = clock.due_on
    clock = resume(pause(clock, "2026-03-04 10:00"), "2026-03-04 10:00")
    assert clock.due_on == due


def test_pausing_what_is_paused_and_stopping_what_is_stopped_is_nothing() -> None:
    clock = pause(started("2026-03-02 10:00", 4), "2026-03-03 10:00")
    pause(clock, "2026-03-05 10:00")
    stop(clock, "2026-03-06 10:00")
    stop(clock, "2026-03-09 10:00")
    resume(clock, "2026-03-10 10:00")
    clock = again(clock)
    assert (clock.state, clock.stopped_at) == ("stopped", at("2026-03-06 10:00"))
    spans = Interval.objects.filter(clock=clock).values_list("started_at", "ended_at")
    assert list(spans) == [(at("2026-03-02 10:00"), at("2026-03-03 10:00"))]


def test_what_an_earlier_filing_used_counts_on() -> None:
    assert started("2026-03-02 10:00", 6, carried=2).due_on == date(2026, 3, 6)
    assert started("2026-03-02 10:00", 6, carried=9).due_on == date(2026, 3, 2)


def test_a_clock_without_a_limit_only_measures(demonstration: None) -> None:
    set_clock("2026-03-12 10:00")
    clock = stop(started("2026-03-02 10:00", None), "2026-03-09 10:00")
    assert (clock.due_on, clock.late_from, clock.is_late(at("2026-03-12 10:00"))) == (
        None, None, False,
    )  # fmt: skip
    assert used_days(clock.case_ref, HANDLING, at("2026-03-12 10:00")) == 5


def test_only_the_clocks_that_are_named_are_touched() -> None:
    clock = started("2026-03-02 10:00", 4)
    other = started("2026-03-02 10:00", 4, case_ref=clock.case_ref, kind="whole_process")
    stranger = started("2026-03-02 10:00", 4)
    pause(clock, "2026-03-03 10:00")
    assert [again(one).state for one in (clock, other, stranger)] == [
        "paused",
        "running",
        "running",
    ]
    actions.stop_all(case_ref=clock.case_ref, at=at("2026-03-04 10:00"))
    assert [again(one).state for one in (clock, other, stranger)] == [
        "stopped",
        "stopped",
        "running",
    ]
    assert set(clocks_of(clock.case_ref)) == {(None, HANDLING), (None, "whole_process")}


FIRST = datetime(2021, 5, 1, tzinfo=CITY)
#: From minutes to weeks, so that pauses fall inside a day, over weekends and over holidays.
spans = st.one_of(
    st.integers(0, 90).map(lambda minutes: timedelta(minutes=minutes)),
    st.integers(0, 100).map(lambda hours: timedelta(hours=hours, microseconds=1)),
    st.integers(0, 16).map(lambda days: timedelta(days=days, hours=3)),
)


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    limit=st.integers(0, 30),
    start=st.integers(0, 2000 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes)),
    steps=st.lists(spans, max_size=9),
    stopped=st.booleans(),
)
def test_any_pauses_are_counted_as_by_hand(
    demonstration: None, limit: int, start: datetime, steps: list[timedelta], stopped: bool
) -> None:
    set_clock("2028-01-01 00:00")  # breaches found on the way are written down after all of it
    hand = HandClock(limit)
    wanted = new(limit)
    actions.start([wanted], at=start)
    hand.run(start)
    now, ref = start, wanted.case_ref
    for number, span in enumerate(steps):
        now += span
        if number % 2 == 0:
            actions.pause(case_ref=ref, kinds=[HANDLING], at=now)
            hand.pause(now)
        else:
            actions.resume(case_ref=ref, kinds=[HANDLING], at=now)
            hand.run(now)
        compare(wanted, hand)
    if stopped:
        actions.stop(case_ref=ref, kinds=[HANDLING], at=now)
        hand.close(now)
        compare(wanted, hand)


def compare(wanted: actions.NewClock, hand: HandClock) -> None:
    clock = Clock.objects.get(case_ref=wanted.case_ref)
    found = intervals_of([clock], clock.interval_started_at or clock.started_at)[clock.pk]
    closed = found[:-1] if clock.interval_started_at else found
    assert closed == hand.intervals
    assert days_in(closed, calendar()) == hand.used
    assert clock.due_on == hand.due
    assert clock.late_from == (None if hand.due is None else end_of(hand.due))
    assert clock.breached_at == hand.breach
    assert clock.interval_started_at == hand.open_since
