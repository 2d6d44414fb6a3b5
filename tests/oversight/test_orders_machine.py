"""Every state, every step, every role: what moves, who is refused how, and what stays as it is."""

import itertools

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from accounts.roles import Role
from core.problems import Faster, Forbidden, Missing, Problem, Stale, WrongState
from ledger.models import Entry
from notifications.models import Outbox
from oversight import actions
from oversight.models import RectificationOrder, Statement
from oversight.workflow import OrderState
from tests.builders import People
from tests.oversight.orders import (
    COMPANY,
    PLANNERS,
    again,
    do,
    issue,
    lead_of,
    order_at,
)
from tests.people import staff
from workflow.machine import acts_of, legal_moves

#: Where each step leads from each state; all else is refused.
MOVES = {
    ("issued", "answer"): "answered",
    ("issued", "escalate"): "escalated",
    ("answered", "return"): "issued",
    ("answered", "close"): "closed",
    ("answered", "escalate"): "escalated",
    ("escalated", "answer"): "answered",
}
#: Who may take each step of an order that the lead agency does not have, and of one that it has.
WHO = {
    "answer": {"lead"},
    "return": {"regulator"},
    "close": {"regulator"},
    "escalate": {"regulator"},
}
WHO_ESCALATED = {
    "answer": {"lead"},
    "return": {"regulator", "lead-agency"},
    "close": {"regulator", "lead-agency"},
    "escalate": {"regulator"},
}
SEE = {"lead", "regulator", "lead-agency", "district-lead"}
NOBODYS = {
    "resident", "clerk", "manager", "planning", "digital", "transport-lead", "approval-system",
    "far-regulator", "other-lead",
}  # fmt: skip


@pytest.fixture
def cast(people: People) -> dict[str, User]:
    """The demonstration's people, and two whose roles hold in another district only."""
    far = staff(Role.REGULATOR, username="far-regulator", district="510321")
    other = staff(Role.SUPPLY_LEAD, username="other-lead", district="510321")
    return {**people, "far-regulator": far, "other-lead": other}


def outcome(cast: People, order: RectificationOrder, action: str, who: str) -> str:
    """What a step comes to, tried and taken back."""
    by = lead_of(cast, order) if who == "lead" else cast[who]
    try:
        with transaction.atomic():
            state = str(do(cast, order, action, by=by).state)
            transaction.set_rollback(True)
    except Problem as problem:
        return type(problem).__name__
    return state


@pytest.mark.parametrize("to", [COMPANY, PLANNERS], ids=["company", "bureau"])
@pytest.mark.parametrize("state", ["issued", "answered", "escalated", "closed"])
def test_each_step_from_each_state_by_each_role(
    cast: dict[str, User], state: str, to: object
) -> None:
    order = order_at(cast, state, to)  # type: ignore[arg-type]
    may = WHO_ESCALATED if state == "escalated" else WHO
    for action, who in itertools.product(acts_of(RectificationOrder), sorted(SEE | NOBODYS)):
        if who not in SEE:
            expected = "Missing"
        elif who not in may[action]:
            expected = "Forbidden"
        else:
            expected = MOVES.get((state, action), "WrongState")
        found = outcome(cast, order, action, who)
        assert found.replace("Faster", "WrongState") == expected, (action, who)
    assert again(order).version == order.version


def test_the_lead_agency_decides_what_it_has_taken_up(people: People) -> None:
    order = do(people, order_at(people, "escalated"), "answer")
    assert outcome(people, order, "escalate", "regulator") == "WrongState"
    returned = do(people, order, "return", by=people["lead-agency"])
    assert (returned.state, returned.escalated_at) == ("escalated", order.escalated_at)
    closed = do(people, do(people, returned, "answer"), "close", by=people["lead-agency"])
    assert closed.state == OrderState.CLOSED


def test_only_the_regulator_of_the_district_issues(cast: dict[str, User]) -> None:
    for who in sorted({"supply-lead", "planning-lead", "lead-agency"} | NOBODYS):
        with pytest.raises(Forbidden):
            issue(cast, by=cast[who])
    assert RectificationOrder.objects.count() == 0


def test_the_database_has_the_same_moves(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM rectification_order_moves()")
        assert set(cursor.fetchall()) == legal_moves(RectificationOrder)


@pytest.mark.parametrize(
    "change",
    [
        "state = 'closed', closed_at = now(), answered_at = now()",
        "days = 30",
        "district = '510321'",
        "text = 'x'",
        "subject_kind = 'case', subject_ref = ref",
        "issued_at = now()",
    ],
)
def test_the_database_refuses_what_no_step_does(people: People, change: str) -> None:
    order = issue(people)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE rectification_order SET {change} WHERE id = %s", [order.pk])
    with pytest.raises(DatabaseError), transaction.atomic():
        order.delete()


def test_what_was_said_is_never_changed_nor_deleted(people: People) -> None:
    order = order_at(people, "answered")
    for change in ("UPDATE {} SET text = ''", "DELETE FROM {}"):
        statement = change.format("rectification_statement")
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Statement.objects.get(order=order).text == "已全额退还，退款凭证见附件。"


def test_a_step_on_what_was_not_seen_is_refused(people: People) -> None:
    order = issue(people)
    seen = order.version
    order = do(people, do(people, order, "answer", version=seen), "return")
    with pytest.raises(Stale):
        do(people, order, "answer", version=seen)


def test_who_comes_second_hears_who_was_faster(people: People) -> None:
    order = do(people, order_at(people, "escalated"), "answer")
    do(people, order, "close", by=people["lead-agency"])
    with pytest.raises(Faster) as caught:
        do(people, order, "close")
    assert caught.value.extra["winner"]["role"] == "lead_agency"
    with pytest.raises(WrongState) as own:
        do(people, order, "close", by=people["lead-agency"])
    assert not isinstance(own.value, Faster)


def test_the_record_has_every_step_and_nothing_that_was_said(people: People) -> None:
    order = issue(people)
    for action in ("answer", "return", "answer", "escalate", "answer", "close"):
        order = do(people, order, action)
    rows = Entry.objects.filter(case_ref=order.ref).order_by("case_seq")
    assert [
        (row.type, row.from_state, row.to_state, row.clock, row.actor_role) for row in rows
    ] == [
        ("order.issued", "", "issued", "rectification started", "regulator"),
        ("order.answered", "issued", "answered", "rectification paused", "supply_lead"),
        ("order.returned", "answered", "issued", "rectification resumed", "regulator"),
        ("order.answered", "issued", "answered", "rectification paused", "supply_lead"),
        ("order.escalated", "answered", "escalated", "rectification resumed", "regulator"),
        ("order.answered", "escalated", "answered", "rectification paused", "supply_lead"),
        ("order.closed", "answered", "closed", "rectification stopped", "regulator"),
    ]
    assert (order.issued_at, order.closed_at) == (rows[0].at, rows[6].at)
    said = Statement.objects.filter(order=order).order_by("seq")
    assert [row.seq for row in said] == [2, 3, 4, 5, 6, 7]


def test_whoever_is_to_act_is_told_and_the_doer_is_not(people: People) -> None:
    order = issue(people, PLANNERS)
    for action in ("answer", "return", "escalate", "answer", "close"):
        order = do(people, order, action)
    names: dict[int | None, str] = {person.party_id: name for name, person in people.items()}
    told = Outbox.objects.filter(case_ref=order.ref).order_by("id")
    assert [(row.kind, row.version, names[row.recipient_id]) for row in told] == [
        ("order.issued", 1, "planning-lead"),
        ("order.answered", 2, "regulator"),
        ("order.returned", 3, "planning-lead"),
        ("order.escalated", 4, "planning-lead"),
        ("order.escalated", 4, "lead-agency"),
        ("order.answered", 5, "regulator"),
        ("order.answered", 5, "lead-agency"),
        ("order.closed", 6, "planning-lead"),
    ]


def test_closing_is_told_to_its_finding_inside_its_transaction(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, heard = order_at(people, "answered"), []

    def refuse(order: RectificationOrder) -> None:
        heard.append((order.pk, order.state))
        raise Missing

    monkeypatch.setattr(actions, "follow_order", refuse)
    with pytest.raises(Missing):
        do(people, order, "close")
    assert heard == [(order.pk, OrderState.CLOSED)]
    assert again(order).state == OrderState.ANSWERED
