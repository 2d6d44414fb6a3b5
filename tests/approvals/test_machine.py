"""Every state, every step, every role: what moves, and who is refused how."""

import pytest
from django.db import DatabaseError, connection, transaction

from approvals.actions import PERMITS
from approvals.commitments.events import EVENTS as AFTERWARDS
from approvals.events import EVENTS
from approvals.models import Permit
from approvals.workflow import OPEN, TURN, WITH_BUREAU, State
from core.problems import Faster, Forbidden, Invalid, Missing, Stale, WrongState
from tests.approvals.people import Cast, bring, fresh, permit_of, post, take
from tools.scenarios import EXPRESSWAY, ON_ROAD, PERMIT_BODIES, PLANNING_ONLY, SHORT_LINE
from workflow.machine import acts_of, legal_moves

#: What people do; the rest is the system's.
ACTIONS = tuple(name for name, said in acts_of(Permit).items() if said.who)
STATES = ("received", "awaiting_supplement", "accepted", "suspended", "granted", "refused")
BUREAU_STEPS = (
    "accept", "request_supplement", "exclude_time", "resume", "extend", "grant", "refuse",
    "check_afterwards",
)  # fmt: skip
WITH_BUREAU_STATES = ("received", "accepted", "suspended")

#: Where each step leads from each state of a permit in ordinary review; all else is refused.
REVIEW = {
    ("received", "accept"): "accepted",
    ("received", "request_supplement"): "awaiting_supplement",
    ("awaiting_supplement", "supply_supplement"): "received",
    ("accepted", "exclude_time"): "suspended",
    ("suspended", "resume"): "accepted",
    ("accepted", "extend"): "accepted",
    ("received", "chase"): "received",
    ("awaiting_supplement", "chase"): "awaiting_supplement",
    ("accepted", "chase"): "accepted",
    ("suspended", "chase"): "suspended",
    ("accepted", "grant"): "granted",
    ("accepted", "refuse"): "refused",
}
#: What somebody else could still have done before `bring`'s last act led on, by the moves of the
#: machine (its guards are not asked about the past). Whoever did that act himself meets the state.
OVERTAKEN = {
    "received": set(),
    "awaiting_supplement": {"accept", "request_supplement", "grant", "refuse", "answer_chase"},
    "accepted": {"accept", "request_supplement", "answer_chase"},
    "suspended": {"exclude_time", "extend", "grant", "refuse", "answer_chase"},
    "granted": {"exclude_time", "extend", "grant", "refuse", "chase", "answer_chase"},
    "refused": {"exclude_time", "extend", "grant", "refuse", "chase", "answer_chase"},
}
SPOT = {
    ("received", "request_supplement"): "awaiting_supplement",
    ("received", "grant"): "granted",
    ("received", "refuse"): "refused",
}
DECIDES = ("planning", "planning-second", "planning-lead")
SUPPLIES = ("manager", "project")
NOBODY = (
    "planning-elsewhere", "housing", "housing-lead", "clerk", "supply-lead", "manager-elsewhere",
    "digital", "regulator", "lead-agency", "district-lead", "hall", "stranger",
)  # fmt: skip


def takes(action: str, state: str) -> tuple[str, ...]:
    """Who takes a step: its lead alone extends (行政许可法 42), whoever is awaited answers; here no
    window has a case."""
    bureau = state in WITH_BUREAU_STATES if action == "answer_chase" else action in BUREAU_STEPS
    its_lead = ("planning-lead",)
    ours = {"extend": its_lead, "revoke": its_lead, "chase": ("digital", "district-lead")}
    ours["hand_out"] = ()
    return ours.get(action, DECIDES if bureau else SUPPLIES)


def outcome(people: Cast, permit: Permit, action: str, who: str) -> str:
    """The state that a step leads to, or the refusal's name; nothing stays."""
    try:
        with transaction.atomic():
            moved = take(people, permit, action, who)
            transaction.set_rollback(True)
            return str(moved.state)
    except (Forbidden, WrongState) as refused:
        return type(refused).__name__


@pytest.mark.parametrize("state", STATES)
def test_only_the_right_people_move_a_permit_and_only_along_the_machine(
    people: Cast, state: str
) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), state)
    found = {
        (action, who): outcome(people, permit, action, who)
        for action in ACTIONS
        for who in (DECIDES + SUPPLIES + NOBODY)
    }
    wanted = {}
    for action in ACTIONS:
        right = takes(action, state)
        for who in DECIDES + SUPPLIES + NOBODY:
            if who not in right:
                wanted[action, who] = "Forbidden"
            elif (state, action) in REVIEW:
                wanted[action, who] = REVIEW[state, action]
            elif action in OVERTAKEN[state] and who != permit.bureau:
                wanted[action, who] = "Faster"
            else:
                wanted[action, who] = "WrongState"
    assert found == wanted


def test_a_permit_on_the_spot_is_decided_without_acceptance(people: Cast) -> None:
    permit = permit_of(post(people, ON_ROAD), "planning")
    found = {action: outcome(people, permit, action, "planning") for action in BUREAU_STEPS}
    moves = {action: SPOT.get(("received", action), "WrongState") for action in BUREAU_STEPS}
    moves["extend"] = "Forbidden"  # its lead's alone
    assert (permit.route, found) == ("instant", moves)


def test_a_commitment_is_the_supply_companys_alone(people: Cast) -> None:
    permit = permit_of(post(people, SHORT_LINE), "greening")
    found = {
        who: outcome(people, permit, "commit", who)
        for who in ("manager", "project", "clerk", "manager-elsewhere", "city-management")
    }
    refused = {
        "clerk": "Forbidden",
        "manager-elsewhere": "Forbidden",
        "city-management": "Forbidden",
    }
    assert (permit.route, permit.state) == ("commitment", "awaiting_commitment")
    assert found == {"manager": "granted", "project": "granted", **refused}


def test_a_special_permit_is_accepted_and_decided_without_a_limit(people: Cast) -> None:
    permit = permit_of(post(people, EXPRESSWAY), "highway_excavation")
    assert (permit.route, permit.state, permit.limit_days) == ("special", "received", None)
    granted = bring(people, permit, "granted")
    assert granted.state == "granted"


def test_a_second_request_for_papers_is_refused(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    for action in ("request_supplement", "supply_supplement"):
        permit = take(people, permit, action)
    with pytest.raises(WrongState) as refused:
        take(people, permit, "request_supplement")
    assert refused.value.type == "wrong-state"


def test_who_comes_second_learns_who_was_faster(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    accepted = take(people, permit, "accept", "planning-second")
    with pytest.raises(Faster) as refused:
        take(people, permit, "accept", "planning")
    assert accepted.accepted_at is not None
    winner = {"role": "officer", "at": accepted.accepted_at.isoformat()}
    assert refused.value.as_json()["winner"] == winner


def test_who_was_first_himself_meets_only_the_state(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    take(people, permit, "accept", "planning")
    with pytest.raises(WrongState) as refused:
        take(people, permit, "accept", "planning")
    assert refused.value.type == "wrong-state"


def test_nobody_was_faster_where_the_step_was_never_possible_yet(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    with pytest.raises(WrongState) as refused:
        take(people, permit, "grant")
    assert refused.value.type == "wrong-state"


def test_a_stale_version_is_refused_after_person_and_state(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    officer, stranger = fresh(people["planning"]), fresh(people["stranger"])
    with pytest.raises(Forbidden):
        PERMITS.perform(permit, "accept", by=stranger, version=99)
    with pytest.raises(WrongState):
        PERMITS.perform(permit, "grant", by=officer, version=99)
    with pytest.raises(Stale):
        PERMITS.perform(permit, "accept", by=officer, version=99)


def test_a_body_that_cannot_be_read_is_refused_last(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    officer = fresh(people["planning"])
    body = {"ground": 5, "expected_days": "many"}
    with pytest.raises(WrongState):
        PERMITS.perform(permit, "exclude_time", by=officer, body=body)
    take(people, permit, "accept")
    with pytest.raises(Invalid):
        PERMITS.perform(permit, "exclude_time", by=officer, body=body)
    with pytest.raises(Missing):
        PERMITS.perform(permit, "annul", by=officer, body={})


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/reason", "/clause"]),
        ({"reason": "占用绿线"}, ["/clause"]),
        ({"reason": "  ", "clause": "planning_40"}, ["/reason"]),
    ],
)
def test_a_refusal_needs_reason_and_clause(
    people: Cast, body: dict[str, str], pointers: list[str]
) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "accepted")
    with pytest.raises(Invalid) as refused:
        PERMITS.perform(permit, "refuse", by=fresh(people["planning"]), body=body)
    assert [error.pointer for error in refused.value.errors] == pointers


@pytest.mark.parametrize("items", [[], ["红线图", " "]])
def test_a_request_for_papers_names_them(people: Cast, items: list[str]) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    with pytest.raises(Invalid):
        PERMITS.perform(
            permit, "request_supplement", by=fresh(people["planning"]), body={"items": items}
        )


def test_time_is_left_out_only_on_a_ground_of_the_law(people: Cast) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "accepted")
    body = {"ground": "holiday", "expected_days": 0}
    with pytest.raises(Invalid) as refused:
        PERMITS.perform(permit, "exclude_time", by=fresh(people["planning"]), body=body)
    assert [error.pointer for error in refused.value.errors] == ["/ground", "/expected_days"]
    assert refused.value.errors[0].clause is not None


@pytest.mark.django_db
def test_the_database_holds_the_same_table_of_moves() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT from_state, to_state FROM approvals_permit_moves()")
        assert set(cursor.fetchall()) == legal_moves(Permit)


def test_the_database_stops_every_other_way(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    bring(people, permit, "granted")
    for state in set(State.values) - {"granted"}:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE approvals_permit SET state = %s WHERE id = %s", [state, permit.pk]
            )


def test_the_database_lets_no_permit_begin_decided(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    with pytest.raises(DatabaseError), transaction.atomic():
        Permit.objects.create(
            case_ref=permit.case_ref,
            line_works=permit.line_works,
            round=permit.round,
            permit="greening",
            bureau="city-management",
            district=permit.district,
            route="review",
            clause={},
            state="granted",
            received_at=permit.received_at,
            decided_at=permit.received_at,
        )


def test_every_state_says_whose_turn_it_is() -> None:
    assert set(TURN) == set(State)
    assert {"received", "accepted", "suspended"} == WITH_BUREAU
    assert set(OPEN) - set(WITH_BUREAU) == {"awaiting_supplement", "awaiting_commitment"}


def test_every_act_has_an_event_and_those_of_people_a_label() -> None:
    acts = acts_of(Permit)
    assert {said.event for said in acts.values()} <= {event.type for event in EVENTS + AFTERWARDS}
    assert all(str(acts[name].label) for name in ACTIONS)
    assert set(PERMIT_BODIES) <= set(ACTIONS)
    routes = [
        Permit(route=route, permit="municipal_excavation")
        for route in ("review", "instant", "commitment")
    ]
    assert {name for permit in routes for name in PERMITS.acts(permit)} == set(ACTIONS)
