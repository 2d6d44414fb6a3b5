"""Clocks of permits: when they start, stand still, and are late. March 2026 has no holidays."""

from datetime import date, datetime

import pytest
from django.db import connection

from approvals.answers import Times, time_left, times
from approvals.legal_limit import ExcludedTime
from approvals.models import Permit
from approvals.pages import rows_of
from approvals.queries import (
    by_time_left,
    clocks_by_part,
    counts,
    late,
    late_at_desk,
    not_late,
)
from core.clock import NEVER, city_now, end_of
from core.problems import WrongState
from deadlines.models import Clock
from deadlines.sweep import sweep
from ledger.queries import timeline
from tests.approvals.people import (
    Cast,
    at,
    bring,
    permit_of,
    post,
    set_clock,
    take,
)
from tools.scenarios import EXPRESSWAY, LONG_LINE, ON_ROAD, PLANNING_ONLY, SHORT_LINE


def times_of(permit: Permit) -> Times:
    """The time fields of a permit now."""
    found = Permit.objects.select_related("line_works", "round").get(pk=permit.pk)
    return times(found, clocks_by_part([found.ref]), city_now())


def end(day: str) -> datetime:
    """The last second of a day."""
    return at(f"{day} 23:59:59")


def none(*, late: bool = False) -> Times:
    """No limit runs."""
    return Times(None, None, None, late, provisional=False)


def breaches(permit: Permit) -> list[datetime]:
    """The instants at which breaches of a permit are dated."""
    found = Clock.objects.filter(part=permit.ref, breached_at__isnull=False)
    return [clock.breached_at for clock in found if clock.breached_at]


def test_before_acceptance_only_the_intake_is_due(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    assert times_of(permit) == Times(end("2026-03-09"), None, None, late=False, provisional=False)


def test_the_review_runs_four_working_days_from_acceptance(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    set_clock("2026-03-05 16:00")
    take(people, permit, "accept")
    due = end("2026-03-11")
    assert times_of(permit) == Times(None, due.date(), due, late=False, provisional=False)


def test_construction_runs_from_receipt(people: Cast) -> None:
    permit = permit_of(post(people, LONG_LINE), "construction")
    due = end("2026-03-06")
    wanted = Times(end("2026-03-09"), due.date(), due, late=False, provisional=False)
    assert times_of(permit) == wanted
    set_clock("2026-03-04 10:00")
    take(people, permit, "accept")
    assert times_of(permit) == Times(None, due.date(), due, late=False, provisional=False)


def test_construction_stands_still_while_papers_are_missing(people: Cast) -> None:
    permit = permit_of(post(people, LONG_LINE), "construction")
    set_clock("2026-03-03 10:00")  # one working day used
    take(people, permit, "request_supplement")
    assert times_of(permit) == none()
    set_clock("2026-03-11 10:00")
    take(people, permit, "supply_supplement")
    due = end("2026-03-16")  # three left after Wednesday
    wanted = Times(end("2026-03-18"), due.date(), due, late=False, provisional=False)
    assert times_of(permit) == wanted


def test_a_complete_supplement_starts_a_new_intake(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    set_clock("2026-03-09 23:00")
    take(people, permit, "request_supplement")
    set_clock("2026-03-16 10:00")
    take(people, permit, "supply_supplement")
    assert times_of(permit) == Times(end("2026-03-23"), None, None, late=False, provisional=False)
    intakes = Clock.objects.filter(part=permit.ref, kind="intake").order_by("id")
    assert [clock.state for clock in intakes] == ["stopped", "running"]


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-02 10:00", "2026-03-02"),
        ("2026-03-02 23:59:58", "2026-03-02"),
        ("2026-03-07 10:00", "2026-03-09"),  # a Saturday
        ("2026-02-14 10:00", "2026-02-14"),  # a Saturday worked before the Spring Festival
        ("2026-10-01 09:00", "2026-10-08"),  # the National Day holiday
    ],
)
def test_on_the_spot_means_the_same_or_the_next_working_day(
    people: Cast, received: str, due: str
) -> None:
    set_clock(received)
    permit = permit_of(post(people, ON_ROAD), "planning")
    wanted = end(due)
    assert times_of(permit) == Times(None, wanted.date(), wanted, late=False, provisional=False)


def test_special_and_commitment_have_no_limit_of_their_own(people: Cast) -> None:
    special = permit_of(post(people, EXPRESSWAY), "highway_excavation")
    take(people, special, "accept")
    committed = permit_of(post(people, SHORT_LINE), "greening")
    assert (times_of(special), times_of(committed)) == (none(), none())
    set_clock("2026-06-01 10:00")
    assert sweep() > 0
    assert (breaches(special), breaches(committed)) == ([], [])


def test_the_set_has_four_working_days_whatever_stands_still(people: Cast) -> None:
    opened = post(people, PLANNING_ONLY)
    permit = permit_of(opened, "planning")
    take(people, permit, "request_supplement")
    the_set = Clock.objects.get(part=opened.ref)
    assert (the_set.kind, the_set.state, the_set.due_on) == (
        "set",
        "running",
        at("2026-03-06").date(),
    )
    set_clock("2026-03-20 10:00")
    sweep()
    the_set.refresh_from_db()
    assert the_set.breached_at == at("2026-03-07 00:00")


def test_the_last_second_of_the_last_day_is_in_time(people: Cast) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "accepted")
    set_clock("2026-03-06 23:59:58")
    assert times_of(permit).late is False
    take(people, permit, "grant")
    set_clock("2026-03-20 10:00")
    sweep()
    assert (times_of(permit).late, breaches(permit)) == (False, [])


def test_from_midnight_on_it_is_late_though_it_is_saturday(people: Cast) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "accepted")
    set_clock("2026-03-07 00:00")
    assert times_of(permit).late is True
    take(people, permit, "grant")
    assert (times_of(permit).late, breaches(permit)) == (True, [at("2026-03-07 00:00")])


def test_a_sweep_weeks_later_dates_the_breach_at_the_same_midnight(people: Cast) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "accepted")
    set_clock("2026-03-27 15:00")
    sweep()
    assert breaches(permit) == [at("2026-03-07 00:00")]
    events = [event for event in timeline(permit.case_ref) if event.part == permit.ref]
    assert (events[-1].type, events[-1].at) == ("clock.breached", at("2026-03-07 00:00"))
    assert sweep() == 0


def test_time_left_out_by_law_does_not_count(people: Cast) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "accepted")
    set_clock("2026-03-04 10:00")  # two days used
    take(people, permit, "exclude_time")
    assert times_of(permit) == none()
    set_clock("2026-03-18 10:00")
    sweep()
    assert breaches(permit) == []
    take(people, permit, "resume")
    due = end("2026-03-20")
    assert times_of(permit) == Times(None, due.date(), due, late=False, provisional=False)
    span = ExcludedTime.objects.get(permit=permit)
    assert (span.ground, span.expected_days) == ("expert_review", 3)
    assert span.ended_at is not None


def test_time_is_not_left_out_once_the_limit_has_passed(people: Cast) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "accepted")
    set_clock("2026-03-07 00:00")
    with pytest.raises(WrongState) as refused:
        take(people, permit, "exclude_time")
    assert str(refused.value.detail) == "时限已过，不能再扣除时间。"


def test_what_was_late_before_it_stood_still_shows_as_late_on_every_list(people: Cast) -> None:
    works = post(people, LONG_LINE)
    other = bring(people, permit_of(post(people, LONG_LINE), "construction"), "accepted")
    permit = permit_of(works, "construction")
    set_clock("2026-03-09 10:00")  # due on Friday the 6th, counted from receipt
    permit = take(people, permit, "request_supplement")
    assert (permit.state, times_of(permit).late, times_of(permit).due_on) == (
        "awaiting_supplement", True, None,
    )  # fmt: skip
    left = time_left(permit, clocks_by_part([permit.ref]), city_now())
    assert (left.tone, left.word) == ("late", "超期 3 天；等待供电公司")
    mine = Permit.objects.filter(pk__in=[permit.pk, other.pk])
    assert list(late(mine).order_by("id")) == [permit, other]
    # Both were due on one day: what stands still keeps its place.
    assert list(by_time_left(mine)) == [permit, other]


def test_time_can_be_left_out_twice(people: Cast) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "suspended")
    for action in ("resume", "exclude_time", "resume", "grant"):
        permit = take(people, permit, action)
    spans = ExcludedTime.objects.filter(permit=permit)
    assert [span.ended_at is not None for span in spans] == [True, True]


def test_with_nothing_left_the_day_of_resuming_is_the_last(people: Cast) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "accepted")
    set_clock("2026-03-06 20:00")
    take(people, permit, "exclude_time")
    set_clock("2026-03-11 10:00")
    take(people, permit, "resume")
    assert times_of(permit).due_on == at("2026-03-11").date()


def test_a_supplement_on_the_spot_moves_the_day(people: Cast) -> None:
    permit = permit_of(post(people, ON_ROAD), "planning")
    take(people, permit, "request_supplement")
    assert times_of(permit) == none()
    set_clock("2026-03-04 10:00")
    take(people, permit, "supply_supplement")
    assert times_of(permit).due_on == at("2026-03-04").date()


def test_silence_accepts_on_the_day_of_receipt(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    received = permit.received_at
    set_clock("2026-03-09 23:59:58")
    assert sweep() == 1  # the set only
    set_clock("2026-03-10 00:00")
    assert sweep() == 2  # the intake, and the review that was late by then
    found = permit_of(permit.round, "planning")
    assert (found.state, found.accepted_at, found.deemed_accepted) == ("accepted", received, True)
    due = end("2026-03-06")
    assert times_of(permit) == Times(None, due.date(), due, late=True, provisional=False)
    assert breaches(permit) == [at("2026-03-07 00:00")]
    events = [event for event in timeline(permit.case_ref) if event.part == permit.ref]
    assert [(event.type, event.role, event.at) for event in events] == [
        ("permit.received", "manager", received),
        ("permit.deemed_accepted", "system", received),
        ("clock.breached", "system", at("2026-03-07 00:00")),
    ]


def test_silence_after_a_supplement_accepts_on_the_day_of_the_supplement(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    take(people, permit, "request_supplement")
    set_clock("2026-03-11 15:00")
    take(people, permit, "supply_supplement")
    supplied = Clock.objects.get(part=permit.ref, kind="intake", state="running").started_at
    set_clock("2026-03-30 10:00")
    sweep()
    found = permit_of(permit.round, "planning")
    assert (found.accepted_at, found.deemed_accepted) == (supplied, True)
    assert breaches(permit) == [at("2026-03-18 00:00")]


def test_silence_towards_construction_and_special_starts_no_review(people: Cast) -> None:
    construction = permit_of(post(people, LONG_LINE), "construction")
    special = permit_of(post(people, EXPRESSWAY), "highway_excavation")
    set_clock("2026-03-12 10:00")
    sweep()
    kinds = [
        sorted(Clock.objects.filter(part=permit.ref).values_list("kind", "state"))
        for permit in (construction, special)
    ]
    assert kinds == [[("intake", "stopped"), ("review", "running")], [("intake", "stopped")]]
    assert breaches(construction) == [at("2026-03-07 00:00")]


def test_the_next_step_settles_what_was_passed_and_papers_come_too_late(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    set_clock("2026-03-10 09:00")
    with pytest.raises(WrongState) as refused:
        take(people, permit, "request_supplement")
    assert "32" in str(refused.value.detail)
    granted = take(people, permit, "grant")
    assert (granted.state, granted.deemed_accepted) == ("granted", True)


def test_a_bureau_that_accepts_too_late_finds_it_accepted(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    set_clock("2026-03-10 09:00")
    with pytest.raises(WrongState) as refused:
        take(people, permit, "accept")
    assert refused.value.type == "wrong-state"


def test_a_permit_keeps_the_rules_of_its_receipt(people: Cast) -> None:
    opened = post(people, PLANNING_ONLY)
    clocks = Clock.objects.filter(case_ref=opened.line_works.case_ref)
    assert {clock.rules_version for clock in clocks} == {opened.rules_version}


def test_lists_sort_by_time_left_and_tell_late_from_in_time(people: Cast) -> None:
    slow = permit_of(post(people, PLANNING_ONLY), "planning")
    take(people, slow, "accept")
    set_clock("2026-03-06 10:00")
    soon = permit_of(post(people, ON_ROAD), "planning")
    fresh_one = permit_of(post(people, PLANNING_ONLY), "planning")
    special = permit_of(post(people, EXPRESSWAY), "highway_excavation")
    take(people, special, "accept")
    wanted = [slow.pk, soon.pk, fresh_one.pk, special.pk]
    rows = by_time_left(Permit.objects.filter(pk__in=wanted))
    assert [row.pk for row in rows] == wanted
    set_clock("2026-03-07 00:00")
    assert {row.pk for row in late(Permit.objects.all())} == {slow.pk, soon.pk}
    assert {row.pk for row in not_late(Permit.objects.all())} >= {fresh_one.pk, special.pk}


def test_the_list_is_by_the_earlier_of_the_permit_s_own_limit_and_the_set_s(people: Cast) -> None:
    """Four working days for the whole set end before the fifth of the acceptance."""
    clocks = Clock.objects.filter(case_ref=post(people, PLANNING_ONLY).line_works.case_ref)
    days = {clock.kind: clock.due_on for clock in clocks}
    assert days == {"intake": date(2026, 3, 9), "set": date(2026, 3, 6)}
    [permit] = by_time_left(Permit.objects.all())
    [row] = rows_of([permit], city_now())
    assert (vars(permit)["runs_out"], row.left.due_on, row.left.left) == (
        end_of(date(2026, 3, 6)), days["set"], 4,
    )  # fmt: skip
    set_clock("2026-03-07 00:00")
    [row] = rows_of([permit], city_now())
    assert (row.left.tone, row.left.days_late) == ("late", 1)
    assert list(late_at_desk(Permit.objects.all())) == [permit]
    assert list(late(Permit.objects.all())) == []
    assert counts(Permit.objects.all()) == {"waiting": 1, "late": 1, "unaccepted": 1}


def test_what_is_decided_at_once_is_not_counted_as_not_accepted(people: Cast) -> None:
    post(people, ON_ROAD)
    assert counts(Permit.objects.all()) == {"waiting": 1, "late": 0, "unaccepted": 0}


def test_the_set_s_limit_is_none_of_a_special_permit_nor_while_time_stands_still(
    people: Cast,
) -> None:
    special = permit_of(post(people, EXPRESSWAY), "highway_excavation")
    still = permit_of(post(people, PLANNING_ONLY), "planning")
    take(people, special, "accept")
    bring(people, still, "suspended")
    rows = by_time_left(Permit.objects.filter(pk__in=[special.pk, still.pk]))
    assert [vars(row)["runs_out"] for row in rows] == [NEVER, NEVER]
    assert [row.left.due_on for row in rows_of(list(rows), city_now())] == [None, None]


@pytest.mark.django_db
def test_no_statement_is_compiled_for_seconds_on_a_new_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
