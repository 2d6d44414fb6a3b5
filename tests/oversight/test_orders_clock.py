"""The clock of an order: it runs while the addressee has it, and it never starts again."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clock import city_now, end_of
from core.problems import Invalid
from deadlines.actions import closed_days
from deadlines.explain import explain
from deadlines.models import Clock
from deadlines.sweep import sweep
from ledger.models import Entry
from notifications.models import Outbox
from oversight.models import RectificationOrder
from oversight.orders import late, not_late, public_counts
from oversight.serializers import bounds
from portal.invariants import INVARIANTS, broken
from rules.registry import calendar, policy
from tests.builders import People
from tests.deadlines.by_hand import HandClock
from tests.deadlines.clocks import at, set_clock
from tests.oversight.orders import DAYS, do, issue

ISSUED = "2026-03-02 10:00"  # a Monday; no holiday for four weeks
LAST = date(2026, 3, 16)


def clock_of(order: RectificationOrder) -> Clock:
    return Clock.objects.get(case_ref=order.ref)


def test_the_clock_runs_from_the_entry_of_the_issue(people: People) -> None:
    set_clock(ISSUED)
    order = issue(people)
    clock = clock_of(order)
    assert clock.started_at == Entry.objects.get(case_ref=order.ref).at == order.issued_at
    assert (clock.limit_days, clock.due_on, clock.late_from) == (DAYS, LAST, end_of(LAST))
    assert clock.clause["zh"] == "方案四(二)"


def test_days_with_the_regulator_do_not_count_and_the_used_ones_stay_used(people: People) -> None:
    set_clock(ISSUED)
    order = issue(people)
    set_clock("2026-03-05 10:00")  # three days used
    order = do(people, order, "answer")
    assert (clock_of(order).state, clock_of(order).due_on) == ("paused", None)
    set_clock("2026-03-12 10:00")
    order = do(people, order, "return")
    # Seven days left after Thursday 12 March.
    assert clock_of(order).due_on == date(2026, 3, 23)
    set_clock("2026-03-13 10:00")
    order = do(people, order, "escalate")
    assert clock_of(order).due_on == date(2026, 3, 23)
    set_clock("2026-03-16 10:00")  # two more days used
    order = do(people, order, "answer")
    set_clock("2026-03-20 10:00")
    order = do(people, order, "return")
    assert clock_of(order).due_on == date(2026, 3, 27)
    order = do(people, do(people, order, "answer"), "close")
    clock = clock_of(order)
    assert (clock.state, clock.stopped_at) == ("stopped", order.closed_at)
    assert Clock.objects.filter(case_ref=order.ref).count() == 1


def test_escalating_an_answered_order_lets_the_same_clock_run_on(people: People) -> None:
    set_clock(ISSUED)
    order = do(people, issue(people), "answer")
    set_clock("2026-03-12 10:00")
    do(people, order, "escalate")
    assert clock_of(order).due_on == date(2026, 3, 26)
    assert clock_of(order).started_at == order.issued_at


def test_with_nothing_left_it_is_due_on_the_day_it_comes_back(people: People) -> None:
    set_clock(ISSUED)
    order = issue(people, days=3)
    set_clock("2026-03-05 23:00")
    order = do(people, order, "answer")
    set_clock("2026-03-10 09:00")
    do(people, order, "return")
    assert clock_of(order).due_on == date(2026, 3, 10)
    assert clock_of(order).breached_at is None


def test_a_late_order_is_recorded_once_dated_at_its_deadline_and_told(people: People) -> None:
    set_clock(ISSUED)
    order, other = issue(people), issue(people, days=30)
    set_clock("2026-03-20 10:00")
    assert [sweep(), sweep()] == [1, 0]
    assert clock_of(order).breached_at == at("2026-03-17 00:00")
    entry = Entry.objects.get(case_ref=order.ref, type="clock.breached")
    assert (entry.effective_at, entry.clock) == (at("2026-03-17 00:00"), "rectification late")
    told = Outbox.objects.filter(kind="order.late").order_by("id")
    circle = ("supply-lead", "supply-lead-2", "regulator")
    assert [(row.subject_id, row.recipient_id) for row in told] == [
        (order.pk, people[who].party_id) for who in circle
    ]
    assert list(late(RectificationOrder.objects.all())) == [order]
    assert list(not_late(RectificationOrder.objects.all())) == [other]


def test_a_late_answer_records_the_breach_before_it_moves(people: People) -> None:
    set_clock(ISSUED)
    order = issue(people)
    set_clock("2026-03-17 00:00")
    do(people, order, "answer")
    kinds = Entry.objects.filter(case_ref=order.ref).order_by("case_seq")
    assert list(kinds.values_list("type", flat=True)) == [
        "order.issued", "clock.breached", "order.answered",
    ]  # fmt: skip
    assert clock_of(order).breached_at == at("2026-03-17 00:00")


def test_an_answer_in_the_last_second_is_in_time(people: People) -> None:
    set_clock(ISSUED)
    order = issue(people)
    set_clock("2026-03-16 23:59:50")
    do(people, order, "answer")
    set_clock("2026-04-20 10:00")
    assert sweep() == 0
    assert clock_of(order).breached_at is None


def test_the_explanation_says_where_each_day_went(people: People) -> None:
    set_clock(ISSUED)
    order = issue(people)
    set_clock("2026-03-05 10:00")
    order = do(people, order, "answer")
    set_clock("2026-03-12 10:00")
    order = do(people, order, "return")
    lines = {line.kind: line.text for line in explain(clock_of(order), city_now()).lines}
    assert "监管部门核实回复" in lines["stood_still"]
    assert "方案四(二)" in lines["limit"]
    assert "2026-03-23" in lines["due"]


def test_the_days_lie_within_the_bounds_of_the_rules(people: People) -> None:
    allowed = bounds(policy())
    for days in (allowed.least - 1, allowed.most + 1, 0, -5):
        with pytest.raises(Invalid) as caught:
            issue(people, days=days)
        [error] = caught.value.errors
        assert (error.pointer, str(error.clause)) == ("/days", "方案四(二)")
    for days in (allowed.least, allowed.usual, allowed.most):
        assert issue(people, days=days).days == days


HOURS = st.integers(1, 9 * 24)


@given(spans=st.lists(st.tuples(HOURS, HOURS), min_size=1, max_size=4))
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_time_is_counted_as_by_hand_whatever_goes_back_and_forth(
    people: People, spans: list[tuple[int, int]]
) -> None:
    with transaction.atomic():
        order, hand = issued_and_sent(people, spans)
        clock = clock_of(order)
        found = (clock.due_on, clock.breached_at, closed_days(clock, calendar()))
        transaction.set_rollback(True)
    assert found == (hand.due, hand.breach, hand.used)
    assert clock.started_at == order.issued_at


def issued_and_sent(
    people: People, spans: list[tuple[int, int]]
) -> tuple[RectificationOrder, HandClock]:
    """Issue an order; answer it and send it back after so many hours each, counted by hand too."""
    hand, now = HandClock(limit=DAYS), at(ISSUED)
    set_clock(ISSUED)
    order = issue(people)
    hand.run(now)
    for ours, theirs in spans:
        now += timedelta(hours=ours)
        set_clock(f"{now:%Y-%m-%d %H:%M}")
        order = do(people, order, "answer")
        hand.close(now)
        now += timedelta(hours=theirs)
        set_clock(f"{now:%Y-%m-%d %H:%M}")
        order = do(people, order, "return")
        hand.run(now)
    return order, hand


def test_what_must_hold_of_orders_is_seen_when_it_does_not(people: People) -> None:
    names = [name for name in INVARIANTS if name.startswith(("an order is", "an order has"))]
    assert len(names) == 2
    order = do(people, issue(people), "answer")
    do(people, do(people, issue(people), "answer"), "close")
    issue(people)
    assert {name: rows for name, rows in broken() if rows} == {}
    Clock.objects.filter(case_ref=order.ref).update(state="stopped", stopped_at=order.issued_at)
    clocks = "every clock is as the record has it"
    assert [name for name, rows in broken() if rows] == [clocks, names[1]]


def test_the_public_counts_are_by_quarter(people: People) -> None:
    set_clock("2026-03-02 10:00")
    first, _second = issue(people), issue(people)
    set_clock("2026-03-31 23:59")
    sweep()
    set_clock("2026-04-01 00:00")
    do(people, do(people, first, "answer"), "close")
    issue(people)
    found = [(one.name, one.issued, one.late, one.closed) for one in public_counts()]
    assert found == [("2026Q2", 1, 0, 1), ("2026Q1", 2, 2, 0)]
    assert public_counts(["510321"]) == []
