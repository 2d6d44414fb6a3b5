"""Posting, joining, changing and withdrawing the permits of a case."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.actor import Actor
from accounts.roles import Role
from approvals import rounds
from approvals.models import LineWorks, Permit, Round
from approvals.seam import seam
from core.locks import lock_case
from core.problems import WrongState
from deadlines import actions as timing
from deadlines.models import Clock
from ledger.queries import timeline
from ledger.record import NewEntry
from tests.approvals.people import CasesApart, Cast, bring, change, permit_of, post, set_clock, take
from tools.scenarios import DISTRICT, LONG_LINE, NOTHING_NEEDED, PLANNING_ONLY, SHORT_LINE
from workflow.run import record_together


@pytest.fixture
def told(people: Cast) -> list[tuple[str, bool]]:
    """What permits told their case, in order."""
    apart = seam.cases
    assert isinstance(apart, CasesApart)
    return apart.told


class CaseEnds:
    """The step of a case that is withdrawn, in place of the app above."""

    def __init__(self, entry: NewEntry) -> None:
        self.entry = entry

    def prepare(self) -> NewEntry:
        return self.entry

    def finish(self, at: datetime, seq: int) -> None:
        """There is no row."""


def withdraw(ref: UUID, by: Actor, entry: NewEntry) -> datetime:
    """Withdraw a case as its own action does."""
    ended: Any = CaseEnds(entry)
    at = record_together(ended, *rounds.endings(ref, by))
    rounds.withdrawn(ref, at)
    return at


def decide_all(people: Cast, round_: Round, *, refusing: str = "") -> None:
    """Decide every open permit of a round, one of them perhaps against."""
    for permit in Permit.objects.filter(round=round_).order_by("id"):
        if permit.route == "commitment":
            take(people, permit, "commit")
        elif permit.state == "received":
            bring(people, permit, "refused" if permit.permit == refusing else "granted")


def test_posting_answers_seven_and_opens_those_that_are_needed(people: Cast) -> None:
    opened = post(people, SHORT_LINE)
    assert [(answer["permit"], answer["route"]) for answer in opened.routes] == [
        ("planning", "review"),
        ("construction", "review"),
        ("road_occupation", "commitment"),
        ("municipal_occupation", "commitment"),
        ("municipal_excavation", "commitment"),
        ("highway_excavation", "not_needed"),
        ("greening", "commitment"),
    ]
    rows = Permit.objects.filter(round=opened).order_by("id")
    assert [(row.permit, str(row.state)) for row in rows] == [
        ("planning", "received"),
        ("construction", "received"),
        ("road_occupation", "awaiting_commitment"),
        ("municipal_occupation", "awaiting_commitment"),
        ("municipal_excavation", "awaiting_commitment"),
        ("greening", "awaiting_commitment"),
    ]
    assert [row.pk for row in opened.live] == [row.pk for row in rows]


def test_posting_is_one_instant_for_the_case_and_every_permit(people: Cast) -> None:
    opened = post(people, LONG_LINE)
    events = timeline(opened.line_works.case_ref)
    assert [event.type for event in events] == ["case.line_works_posted"] + ["permit.received"] * 6
    assert {event.at for event in events} == {opened.opened_at}
    assert {event.holder for event in events} == {"government"}
    rows = Permit.objects.filter(round=opened)
    assert {row.received_at for row in rows} == {opened.opened_at}
    clocks = Clock.objects.filter(case_ref=opened.line_works.case_ref)
    assert {clock.started_at for clock in clocks} == {opened.opened_at}


def test_the_supply_company_holds_a_case_that_waits_only_for_its_commitments(people: Cast) -> None:
    body = {**PLANNING_ONLY, "length_m": 400, "greening": "ordinary"}
    opened = post(people, body)
    assert [(p.permit, str(p.state)) for p in opened.live] == [("greening", "awaiting_commitment")]
    assert {event.holder for event in timeline(opened.line_works.case_ref)} == {"supplier"}


def test_with_nothing_to_decide_the_round_joins_at_once(
    people: Cast, told: list[tuple[str, bool]]
) -> None:
    opened = post(people, NOTHING_NEEDED)
    assert (opened.live, opened.joined_at, opened.refused) == ([], opened.opened_at, False)
    assert opened.line_works.state == "joined"
    assert not Clock.objects.filter(case_ref=opened.line_works.case_ref).exists()
    assert told == []


def test_a_case_is_posted_once(people: Cast) -> None:
    opened = post(people, PLANNING_ONLY)
    line = opened.line_works
    with pytest.raises(WrongState), transaction.atomic():
        rounds.open_round(
            case_ref=line.case_ref,
            application=line.application,
            district=line.district,
            statutory_district="",
            voltage="high",
            works=opened.works,
            by=people["manager"].acting_as(Role.MANAGER, DISTRICT),
            rules=_rules(),
        )


def _rules() -> Any:
    from core.clock import city_now, local_date
    from rules import registry

    return registry.current().in_force(on=local_date(city_now()), district=DISTRICT)


def test_works_come_back_as_they_were_declared(people: Cast) -> None:
    from tests.works import works_of

    opened = Round.objects.get(pk=post(people, SHORT_LINE).pk)
    assert opened.works == works_of(SHORT_LINE)


def test_the_last_decision_joins_and_says_so_once(
    people: Cast, told: list[tuple[str, bool]]
) -> None:
    opened = post(people, SHORT_LINE)
    decide_all(people, opened)
    # The bureaus have the case until the last review; the commitments are the company's.
    assert told == [("bureau has it", False), ("joined, refused", False)]
    closed = Round.objects.select_related("line_works").get(pk=opened.pk)
    last = permit_of(opened, "greening")
    assert (closed.joined_at, closed.refused) == (last.decided_at, False)
    assert closed.line_works.state == "joined"
    the_set = Clock.objects.get(part=opened.ref)
    assert (the_set.state, the_set.stopped_at) == ("stopped", closed.joined_at)
    assert not Clock.objects.filter(case_ref=last.case_ref).exclude(state="stopped").exists()


def test_a_refusal_joins_too_after_the_others(people: Cast, told: list[tuple[str, bool]]) -> None:
    opened = post(people, SHORT_LINE)
    decide_all(people, opened, refusing="planning")
    assert told == [("bureau has it", False), ("joined, refused", True)]
    assert Round.objects.get(pk=opened.pk).refused is True


def test_the_holder_in_the_record_follows_whose_turn_it_is(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    for action in ("request_supplement", "supply_supplement", "accept", "exclude_time", "resume"):
        take(people, permit, action)
    take(people, permit, "grant")
    steps = timeline(permit.case_ref)
    assert [(event.type, event.from_state, event.to_state, event.holder) for event in steps] == [
        ("case.line_works_posted", "plan_confirmed", "permits", "government"),
        ("permit.received", "", "received", "government"),
        ("permit.supplement_requested", "received", "awaiting_supplement", "supplier"),
        ("permit.supplement_supplied", "awaiting_supplement", "received", "government"),
        ("permit.accepted", "received", "accepted", "government"),
        ("permit.time_excluded", "accepted", "suspended", "government"),
        ("permit.time_resumed", "suspended", "accepted", "government"),
        ("permit.granted", "accepted", "granted", "supplier"),
    ]


def test_a_closed_round_is_never_changed(people: Cast) -> None:
    opened = post(people, PLANNING_ONLY)
    bring(people, permit_of(opened, "planning"), "granted")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE approvals_round SET joined_at = NULL WHERE id = %s", [opened.pk])


def test_a_change_carries_over_what_it_does_not_touch(people: Cast) -> None:
    first = post(people, LONG_LINE)
    decide_all(people, first, refusing="municipal_excavation")
    before = permit_of(first, "greening")
    set_clock("2026-03-03 09:00")
    second = change(people, first.line_works.case_ref, {**LONG_LINE, "excavation_m": 40})
    rows = Permit.objects.filter(round=second).order_by("id")
    assert [(row.permit, str(row.state), row.carried_over) for row in rows] == [
        ("planning", "received", False),
        ("construction", "granted", True),
        ("road_occupation", "received", False),
        ("municipal_occupation", "granted", True),
        ("municipal_excavation", "received", False),
        ("greening", "granted", True),
    ]
    carried = permit_of(second, "greening")
    assert (carried.carried_from_id, carried.decided_at) == (before.pk, before.decided_at)
    assert (second.number, second.line_works_id) == (2, first.line_works_id)
    types = [event.type for event in timeline(before.case_ref)][-6:]
    assert sorted(types) == ["permit.carried_over"] * 3 + ["permit.received"] * 3


def test_a_permit_whose_route_changes_is_decided_anew(people: Cast) -> None:
    first = post(people, LONG_LINE)
    decide_all(people, first, refusing="planning")
    second = change(people, first.line_works.case_ref, {**LONG_LINE, "length_m": 450})
    greening = permit_of(second, "greening")
    assert (greening.route, greening.state) == ("commitment", "awaiting_commitment")


def test_the_investment_alone_is_no_matter_of_greening(people: Cast) -> None:
    first = post(people, LONG_LINE)
    decide_all(people, first, refusing="construction")
    second = change(people, first.line_works.case_ref, {**LONG_LINE, "investment_yuan": 900_000})
    assert {p.permit for p in Permit.objects.filter(round=second)} == {
        "planning", "road_occupation", "municipal_occupation", "municipal_excavation", "greening",
    }  # fmt: skip
    assert (second.live, second.joined_at) == ([], second.opened_at)
    assert LineWorks.objects.get(pk=second.line_works_id).state == "joined"


def test_works_are_changed_only_after_a_refusal(people: Cast) -> None:
    first = post(people, PLANNING_ONLY)
    with pytest.raises(WrongState):
        change(people, first.line_works.case_ref, PLANNING_ONLY)
    bring(people, permit_of(first, "planning"), "granted")
    with pytest.raises(WrongState):
        change(people, first.line_works.case_ref, PLANNING_ONLY)


def test_withdrawing_ends_the_open_permits_at_one_instant(people: Cast) -> None:
    opened = post(people, SHORT_LINE)
    granted = bring(people, permit_of(opened, "planning"), "granted")
    by = people["manager"].acting_as(Role.MANAGER, DISTRICT)
    ref = granted.case_ref
    entry = NewEntry(case_ref=ref, type="case.withdrawn", actor=by, holder="nobody")
    with transaction.atomic():
        lock_case(ref)
        at = withdraw(ref, by, entry)
        timing.stop_all(case_ref=ref, at=at)
    rows = Permit.objects.filter(round=opened).order_by("id")
    assert [str(row.state) for row in rows] == ["granted"] + ["withdrawn"] * 5
    last = timeline(ref)[-6:]
    assert [event.type for event in last] == ["case.withdrawn"] + ["permit.withdrawn"] * 5
    assert {(event.at, event.holder) for event in last} == {(at, "nobody")}
    closed = Round.objects.select_related("line_works").get(pk=opened.pk)
    assert (closed.withdrawn_at, closed.joined_at) == (at, None)
    assert closed.line_works.state == "withdrawn"
    assert not Clock.objects.filter(case_ref=ref).exclude(state="stopped").exists()


def test_withdrawing_ends_time_that_the_law_leaves_out(people: Cast) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "suspended")
    by = people["manager"].acting_as(Role.MANAGER, DISTRICT)
    entry = NewEntry(case_ref=permit.case_ref, type="case.withdrawn", actor=by, holder="nobody")
    with transaction.atomic():
        lock_case(permit.case_ref)
        at = withdraw(permit.case_ref, by, entry)
    assert [row.ended_at for row in permit.excluded.all()] == [at]


def test_a_case_without_line_works_is_only_written_down(people: Cast) -> None:
    from uuid import uuid4

    ref, by = uuid4(), people["manager"].acting_as(Role.MANAGER, DISTRICT)
    entry = NewEntry(case_ref=ref, type="case.withdrawn", actor=by)
    with transaction.atomic():
        withdraw(ref, by, entry)
    assert [event.type for event in timeline(ref)] == ["case.withdrawn"]
