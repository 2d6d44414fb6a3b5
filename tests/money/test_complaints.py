"""Complaints about charges: made from the charge's own line, decided by the regulator by their day,
and never at the cost of the applicant's time."""

from itertools import product

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from applications.actions import CASES
from applications.erasure import erase_ended
from applications.facts import count_facts
from applications.models import Application
from core.problems import Forbidden, Invalid, Missing, QuotaReached, WrongState
from deadlines.models import Clock
from deadlines.sweep import sweep
from deadlines.warnings import warn
from ledger.models import Salt
from ledger.queries import timeline
from money.charges.actions import CHARGES
from money.charges.models import Charge
from money.complaints.actions import complain
from money.complaints.models import Complaint
from money.complaints.queries import is_contested
from money.payments.models import Refund
from notifications.models import Outbox
from portal.invariants import broken
from rules.names import Kind
from tests.builders import do, filed, taken_in
from tests.deadlines.clocks import set_clock
from tests.money.cast import paid
from tests.money.complaints import (
    BODY,
    DECISION,
    EXPLANATION,
    REASONS,
    SAID,
    TEXT,
    charge_of,
    charged,
    complained,
    payer,
    publish,
    step,
)
from tests.money.counterpart import Counterpart
from tests.page import Page
from tests.people import browser
from tests.rules.in_force import let
from workflow.buttons import buttons
from workflow.machine import arrows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]


def whole() -> None:
    """Every invariant of the database holds."""
    assert [name for name, rows in broken() if rows] == []


def test_it_is_decided_once_with_reasons_and_its_clock_stops(people: dict[str, User]) -> None:
    set_clock("2026-03-06 10:00")
    one = complained(charged(people))
    clock = Clock.objects.get(case_ref=one.ref)
    assert (clock.kind, str(clock.due_on), clock.state) == ("complaint", "2026-03-20", "running")
    step(one, "explain", people["manager"], EXPLANATION)
    clock.refresh_from_db()
    assert clock.state == "running"  # what is said does not make it stand still
    done = step(one, "dismiss", people["regulator"], DECISION)
    assert (done.state, done.text, done.explanation, done.reasons, done.clause) == (
        "dismissed", TEXT, SAID, REASONS, DECISION["clause"],
    )  # fmt: skip
    clock.refresh_from_db()
    assert clock.state == "stopped"
    for act, by in (("uphold", "regulator"), ("dismiss", "regulator"), ("explain", "manager")):
        with pytest.raises(WrongState):
            step(one, act, people[by], EXPLANATION if act == "explain" else DECISION)
    with pytest.raises(WrongState):
        step(one, "withdraw", payer(one.charge))
    assert [(event.type, event.role) for event in timeline(one.ref)] == [
        ("complaint.made", "applicant"),
        ("complaint.explained", "manager"),
        ("complaint.dismissed", "regulator"),
    ]
    whole()


def test_how_many_days_the_rules_say(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    let(monkeypatch, "charge.complaint.days", 3)
    set_clock("2026-03-06 10:00")
    one = complained(charged(people))
    assert str(Clock.objects.get(case_ref=one.ref).due_on) == "2026-03-11"


def test_who_complains_who_answers_and_who_decides(people: dict[str, User]) -> None:
    charge = charged(people)
    for name, refusal in (("manager", Forbidden), ("regulator", Forbidden), ("resident", Missing)):
        with pytest.raises(refusal):
            complain(charge=charge, body=BODY, by=people[name])
    one, owner = complained(charge), payer(charge)
    others = ("lead-agency", "planning", "supply-lead", "manager", "clerk", "district-lead")
    for act, by in product(("uphold", "dismiss"), (*map(people.__getitem__, others), owner)):
        with pytest.raises(Forbidden):
            step(one, act, by, DECISION)
    for by in (owner, people["regulator"]):
        with pytest.raises(Forbidden):
            step(one, "explain", by, EXPLANATION)
    for by in (people["manager"], people["regulator"]):
        with pytest.raises(Forbidden):
            step(one, "withdraw", by)
    step(one, "explain", people["supply-lead"], EXPLANATION)
    with pytest.raises(WrongState):  # once
        step(one, "explain", people["manager"], EXPLANATION)
    assert step(one, "uphold", people["regulator"], DECISION).state == "upheld"


def test_a_clerk_complains_for_the_customer_of_the_counter(people: dict[str, User]) -> None:
    publish(people["supply-lead"])
    case = taken_in(people, kind=Kind.HV_SINGLE)
    charge = charge_of(case, people["manager"])
    one = complain(charge=charge, body=BODY, by=people["clerk"])
    assert [(event.type, event.role) for event in timeline(one.ref)] == [
        ("complaint.made", "clerk")
    ]


def test_one_is_open_at_once_and_of_each_ground_one_is_decided(people: dict[str, User]) -> None:
    charge = charged(people)
    one = complained(charge)
    with pytest.raises(WrongState):
        complained(charge, ground="payee")
    step(one, "dismiss", people["regulator"], DECISION)
    with pytest.raises(Invalid) as refused:
        complained(charge)
    assert [error.pointer for error in refused.value.errors] == ["/ground"]
    for _ in range(9):
        step(complained(charge, ground="other"), "withdraw", payer(charge))
    with pytest.raises(QuotaReached):
        complained(charge, ground="other")
    assert Complaint.objects.filter(charge=charge).count() == 10


def test_the_database_keeps_one_open_and_one_decision_of_a_ground(
    people: dict[str, User],
) -> None:
    one = complained(charged(people))
    same = {
        each.attname: getattr(one, each.attname)
        for each in Complaint._meta.concrete_fields
        if each.name not in ("id", "ref", "state")
    }
    with pytest.raises(DatabaseError, match="complaint_one_open"), transaction.atomic():
        Complaint.objects.create(**same)
    step(one, "dismiss", people["regulator"], DECISION)
    again = Complaint.objects.create(**same)
    with (
        pytest.raises(DatabaseError, match="complaint_one_decision_of_a_ground"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE money_complaint SET state = 'upheld', ended_at = now(), reasons = 'x'"
            " WHERE id = %s",
            [again.pk],
        )


def test_the_database_keeps_the_moves_and_what_was_said(people: dict[str, User]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT from_state, to_state FROM complaint_moves()")
        kept = set(cursor.fetchall())
    assert kept == {(old, new) for _name, old, new in arrows(Complaint) if old != new}
    one = complained(charged(people))
    step(one, "explain", people["manager"], EXPLANATION)
    for statement in (
        "UPDATE money_complaint SET text = 'x'",
        "UPDATE money_complaint SET explanation = 'x'",
        "UPDATE money_complaint SET state = 'open', ended_at = now()",
        "DELETE FROM money_complaint",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement} WHERE id = %s", [one.pk])
    step(one, "uphold", people["regulator"], DECISION)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE money_complaint SET reasons = 'x' WHERE id = %s", [one.pk])


def test_refused_values_name_their_field(people: dict[str, User]) -> None:
    charge = charged(people)
    for body, pointers in (
        ({}, ["/ground", "/text"]),
        (BODY | {"ground": "anger"}, ["/ground"]),
        (BODY | {"text": "x" * 2001}, ["/text"]),
        (BODY | {"more": 1}, ["/more"]),
    ):
        with pytest.raises(Invalid) as refused:
            complain(charge=charge, body=body, by=payer(charge))
        assert [error.pointer for error in refused.value.errors] == pointers
    one = complained(charge)
    with pytest.raises(Invalid):
        step(one, "dismiss", people["regulator"], {"reasons": " "})


def test_a_charge_whose_complaint_is_upheld_is_taken_back_with_it(
    people: dict[str, User],
) -> None:
    one = complained(charged(people))
    done = step(one, "uphold", people["regulator"], DECISION)
    charge = Charge.objects.get(pk=one.charge_id)
    assert charge.state == "withdrawn"
    [last] = [event for event in timeline(one.application.ref) if event.type == "charge.annulled"]
    assert (last.role, charge.ended_at) == ("regulator", last.at)
    assert done.ended_at is not None
    assert done.ended_at <= last.at
    with pytest.raises(WrongState):
        complained(charge, ground="other")
    whole()


def test_of_a_paid_charge_whose_complaint_is_upheld_all_is_refunded(
    people: dict[str, User], outside: Counterpart
) -> None:
    one = complained(charged(people))
    payment = paid(people, Charge.objects.get(pk=one.charge_id))
    step(one, "uphold", people["regulator"], DECISION)
    asked = Refund.objects.values_list("payment", "amount_fen", "words", "state")
    assert list(asked) == [(payment.pk, payment.amount_fen, REASONS, "asked")]
    said = Page(browser(payer(one.charge)).get(f"/account/complaints/{one.pk}/")).text
    assert "已缴款项予以退还" in said
    with pytest.raises(WrongState):
        complained(Charge.objects.get(pk=one.charge_id), ground="other")
    whole()


def test_a_dismissed_or_withdrawn_complaint_leaves_the_charge_as_it_is(
    people: dict[str, User],
) -> None:
    charge = charged(people)
    step(complained(charge), "dismiss", people["regulator"], DECISION)
    step(complained(charge, ground="other"), "withdraw", payer(charge))
    assert Charge.objects.get(pk=charge.pk).state == "due"


def test_of_a_charge_that_was_taken_back_nobody_complains(people: dict[str, User]) -> None:
    charge = charged(people)
    CHARGES.perform(charge, "withdraw", by=people["manager"], body={"reason": "录入有误"})
    with pytest.raises(WrongState):
        complained(charge)


def test_a_charge_taken_back_by_the_company_leaves_the_complaint_with_the_regulator(
    people: dict[str, User],
) -> None:
    charge = charged(people)
    one = complained(charge)
    CHARGES.perform(charge, "withdraw", by=people["manager"], body={"reason": "录入有误"})
    assert step(one, "uphold", people["regulator"], DECISION).state == "upheld"
    whole()


# It costs the applicant no time


def test_the_clocks_and_acts_of_a_case_are_the_same_with_a_complaint_and_without(
    people: dict[str, User],
) -> None:
    set_clock("2026-03-02 10:00")
    publish(people["supply-lead"])
    with_it, without = (filed(people, Kind.HV_SINGLE) for _ in range(2))
    charges = [charge_of(case, people["manager"]) for case in (with_it, without)]
    one = complained(charges[0])
    assert is_contested(charges[0])
    assert not is_contested(charges[1])

    def stands(case: Application) -> object:
        case = Application.objects.get(pk=case.pk).workflow()
        clocks = Clock.objects.filter(case_ref=case.ref).order_by("kind", "step")
        everybody = (case.filed_by.user, *map(people.__getitem__, ("clerk", "manager", "project")))
        return (
            case.state,
            case.holder,
            [(row.kind, row.step, row.state, row.due_on, row.limit_days) for row in clocks],
            [
                [(button.action, button.mine, button.reason) for button in buttons(CASES, case, by)]
                for by in everybody
            ],
        )

    assert stands(with_it) == stands(without)
    set_clock("2026-03-04 10:00")
    for case in (with_it, without):
        do(people, case, "accept")
    step(one, "explain", people["manager"], EXPLANATION)
    assert stands(with_it) == stands(without)
    set_clock("2026-03-31 10:00")
    sweep()  # the complaint is late, and the case as late as the other
    assert stands(with_it) == stands(without)
    step(one, "dismiss", people["regulator"], DECISION)
    assert stands(with_it) == stands(without)
    types = [[event.type for event in timeline(case.ref)] for case in (with_it, without)]
    assert types[0] == types[1]
    whole()


def test_the_end_of_the_case_does_not_end_it(people: dict[str, User]) -> None:
    set_clock("2026-03-06 10:00")
    one = complained(charged(people))
    do(people, one.application, "withdraw")
    assert Clock.objects.get(case_ref=one.ref).state == "running"
    assert step(one, "uphold", people["regulator"], DECISION).state == "upheld"


# Late, told, erased


def test_a_late_one_is_told_and_stands_in_its_own_list(people: dict[str, User]) -> None:
    set_clock("2026-03-06 10:00")
    one = complained(charged(people))
    set_clock("2026-03-21 00:01")
    sweep()
    told = Outbox.objects.filter(kind="complaint.late").values_list("subject_kind", flat=True)
    assert set(told) == {"complaint_own", "complaint_watched"}
    watching = browser(people["regulator"])
    [row] = Page(watching.get("/oversight/complaints/?state=late")).rows()
    assert one.application.number in row
    late = watching.get("/api/v1/complaints/?late=true").json()["results"]
    assert [(each["id"], each["late"]) for each in late] == [(one.pk, True)]
    kinds = watching.get("/api/v1/oversight/late/").json()["results"]
    assert "complaint" not in {each["clock"] for each in kinds}
    whole()


def test_the_regulator_is_warned_before_the_day(people: dict[str, User]) -> None:
    set_clock("2026-03-06 10:00")
    complained(charged(people))
    set_clock("2026-03-20 09:00")
    warn()
    told = Outbox.objects.filter(kind="clock.warned", subject_kind="complaint_watched")
    assert set(told.values_list("recipient__user__username", flat=True)) == {"regulator"}


def test_each_side_is_told_at_once_and_of_no_words(people: dict[str, User]) -> None:
    one = complained(charged(people))
    step(one, "explain", people["manager"], EXPLANATION)
    step(one, "dismiss", people["regulator"], DECISION)
    again = complained(one.charge, ground="payee")
    step(again, "withdraw", payer(one.charge))
    left = Outbox.objects.filter(kind__startswith="complaint.")
    assert set(left.values_list("kind", "subject_kind")) == {
        ("complaint.made", "complaint"),
        ("complaint.made", "complaint_watched"),
        ("complaint.explained", "complaint_own"),
        ("complaint.explained", "complaint_watched"),
        ("complaint.dismissed", "complaint_own"),
        ("complaint.decided", "complaint"),
        ("complaint.withdrawn", "complaint"),
        ("complaint.withdrawn", "complaint_watched"),
    }
    for message in left:
        assert set(message.context) <= {"number", "state", "variant"}


def test_it_is_erased_with_the_person_of_its_case_once_it_has_ended(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock("2026-03-06 10:00")
    one = complained(charged(people))
    do(people, one.application, "withdraw")
    count_facts()
    let(monkeypatch, "case.retention.days", 30)
    set_clock("2026-06-06 10:00")
    assert erase_ended() == 0
    step(one, "explain", people["manager"], EXPLANATION)
    step(one, "dismiss", people["regulator"], DECISION)
    assert erase_ended() == 1
    one.refresh_from_db()
    assert (one.text, one.explanation, one.reasons, one.is_erased) == ("", "", "", True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT salt_ref FROM ledger_entry WHERE case_ref = %s", [one.ref])
        refs = [ref for (ref,) in cursor.fetchall()]
    assert not Salt.objects.filter(ref__in=refs).exists()
    with pytest.raises(WrongState):
        complained(Charge.objects.get(pk=one.charge_id), ground="payee")
    whole()


def test_the_copy_of_ones_data_has_it(people: dict[str, User]) -> None:
    one = complained(charged(people))
    step(one, "explain", people["manager"], EXPLANATION)
    number = one.application.number
    own = browser(payer(one.charge)).get(f"/api/v1/applications/{number}/data/").json()
    assert [
        (each["charge"], each["ground"], each["state"], each["text"], each["explanation"])
        for each in own["complaints"]
    ] == [(one.charge_id, "not_mine", "open", TEXT, SAID)]
