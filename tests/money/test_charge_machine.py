"""A charge from its entry to its end: who takes it back, when, and what the record keeps."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from applications.actions import CASES
from core.problems import Forbidden, WrongState
from ledger.queries import timeline
from money.charges.actions import CHARGES, charge
from money.charges.models import Charge
from money.charges.workflow import ChargeState
from notifications.models import Outbox
from rules.names import Kind
from tests.applications.assignments.cast import asked
from tests.builders import People, filed
from tests.money.test_rows import FEES
from tests.page import Page
from tests.people import browser
from tests.publishing.builders import PAYEES, published
from workflow.machine import legal_moves

pytestmark = pytest.mark.django_db
MOVES = "SELECT from_state, to_state FROM charge_moves()"


@pytest.fixture
def due(people: People) -> Charge:
    published("payees", PAYEES, people["supply-lead"])
    published("fees", FEES, people["supply-lead"])
    return charged(people)


def charged(people: People, **said: Any) -> Charge:
    body = {"fee_item": "BOTH", "quantity": 2, "payee": "GD"} | said
    return charge(application=filed(people, Kind.HV_DUAL), body=body, by=people["manager"])


def test_the_database_has_the_same_moves(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MOVES)
        kept = set(cursor.fetchall())
    assert kept == {move for move in legal_moves(Charge) if move[0] != ChargeState.NEW}


def test_a_charge_is_taken_back_with_its_reason_which_the_applicant_reads(
    people: People, due: Charge
) -> None:
    page = f"/work/charges/{due.pk}/"
    manager = browser(people["manager"])
    form = Page(manager.get(f"{page}withdraw/")).carried()
    assert manager.post(f"{page}withdraw/", {**form, "reason": " "}).status_code == 422
    for _ in range(2):
        answer = manager.post(f"{page}withdraw/", {**form, "reason": "按错了项目"})
        assert (answer.status_code, answer["Location"]) == (302, page)
    due.refresh_from_db()
    assert (due.state, due.words, due.version) == ("withdrawn", "按错了项目", 2)
    own = Page(browser(people["factory"]).get(f"/account/cases/{due.application.number}/"))
    assert "已撤销" in own.text
    read = Page(browser(people["factory"]).get(own.link("Test on request")))
    assert "按错了项目" in read.text
    told = Outbox.objects.filter(kind="charge.withdrawn").values_list("recipient", flat=True)
    assert list(told) == [people["factory"].party_id]


def test_who_may_not_take_it_back_hears_why_and_nothing_changes(
    people: People, due: Charge
) -> None:
    for name in ("factory", "clerk", "supply-lead"):
        with pytest.raises(Forbidden):
            CHARGES.perform(due, "withdraw", by=people[name], body={"reason": "x"})
    number = due.application.number
    path = f"applications/{number}/charges/{due.pk}/actions/withdraw/"
    answers = [
        asked(people[name], path, {"reason": "x"}).status_code
        for name in ("factory", "clerk", "planning", "shop")
    ]
    assert answers == [403, 403, 404, 404]
    due.refresh_from_db()
    assert due.state == "due"


def test_a_program_reads_a_charge_lists_those_of_a_case_and_takes_one_back(
    people: People, due: Charge
) -> None:
    path = f"applications/{due.application.number}/charges/"
    moved = asked(people["manager"], f"{path}{due.pk}/actions/withdraw/", {"reason": "x"}).json()
    read = asked(people["factory"], f"{path}{due.pk}/", None).json()
    [row] = asked(people["factory"], path, None).json()["results"]
    assert [moved["state"], read["state"], row["state"], read["words"]] == [
        "withdrawn", "withdrawn", "withdrawn", "x",
    ]  # fmt: skip
    assert ("words" in moved, "words" in row) == (False, False)
    again = asked(people["manager"], f"{path}{due.pk}/actions/withdraw/", {"reason": "x"})
    assert again.status_code == 409


def test_what_was_not_paid_is_not_owed_once_the_case_has_ended_without_power(
    people: People, due: Charge
) -> None:
    nothing = charge(
        application=due.application,
        body={"fee_item": "BOTH", "quantity": 1, "payee": "GD", "amount_yuan": 0},
        by=people["manager"],
    )
    assert nothing.state == "nothing"
    CASES.perform(due.application, "withdraw", by=people["factory"], body={"reason": "不建了"})
    assert list(Charge.objects.values_list("state", flat=True)) == ["withdrawn"] * 2
    types = [event.type for event in timeline(due.application.ref)]
    assert types[-3:] == ["case.withdrawn", "charge.lapsed", "charge.lapsed"]
    with pytest.raises(WrongState):
        charge(
            application=due.application,
            body={"fee_item": "BOTH", "quantity": 1, "payee": "GD"},
            by=people["manager"],
        )


@pytest.mark.parametrize(
    "change",
    [
        "amount_yuan = 1",
        "payee = 'x'",
        "state = 'refunded', paid_at = now(), ended_at = now()",
        "state = 'paid'",
        "state = 'withdrawn'",
    ],
)
def test_the_database_refuses_what_no_act_does(due: Charge, change: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE applications_charge SET {change}")


def test_the_list_costs_the_same_for_one_and_for_three(people: People, due: Charge) -> None:
    path = f"applications/{due.application.number}/charges/"
    costs = []
    for more in (0, 2):
        for _ in range(more):
            charge(
                application=due.application,
                body={"fee_item": "BOTH", "quantity": 1, "payee": "GD"},
                by=people["manager"],
            )
        with CaptureQueriesContext(connection) as queries:
            assert len(asked(people["factory"], path, None).json()["results"]) == 1 + more
        costs.append(len(queries))
    assert costs[0] == costs[1]
