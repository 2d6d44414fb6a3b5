"""Whoever an ended case was for is erased when the rules say so, and the record still holds."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.models import User
from accounts.parties import Contact
from accounts.visits import new_contact, person_of
from applications import documents, drafts
from applications.checklist import SUBJECT, wanted
from applications.correspondence.actions import enter_attempt, write
from applications.erasure import erase_ended
from applications.facts import count_facts
from applications.follow_ups.actions import FOLLOW_UPS
from applications.follow_ups.models import FollowUp
from applications.inspections.models import ItemResult
from applications.models import Application
from applications.reveal import reveal
from applications.states import State
from approvals.commitments.models import Commitment, to_check
from approvals.supplement.models import SupplementItem
from core.clock import city_now
from core.problems import WrongState
from documents import storage
from documents.queries import about
from ledger.actions import move_clock
from ledger.models import Entry, Salt
from ledger.verify import verify
from portal.invariants import broken
from portal.tasks import tidy
from rules.names import Kind
from tests.builders import (
    again,
    case_at,
    decide_all,
    declaration,
    do,
    open_permits,
    pdf,
    perform,
    permit_step,
    post_works,
)
from tests.rules.in_force import let
from tools.scenarios import PERMIT_BODIES, PHONE, RESIDENT, SHORT_LINE

DAYS = 30
KEY = "case.retention.days"
After = Callable[[int], int]


@pytest.fixture
def after(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> After:
    """Erases what is to be erased so many days from now, by a rule of thirty."""
    let(monkeypatch, KEY, DAYS)

    def erase(days: int) -> int:
        move_clock(offset=timedelta(days=days))
        count_facts()
        with django_capture_on_commit_callbacks(execute=True):  # files go with the commit
            return erase_ended()

    return erase


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def personal(case: Application) -> list[object]:
    case.refresh_from_db()
    return [
        case.applicant_name, case.id_number, case.phone, case.address_line, case.rating_comment,
        bytes(case.id_digest), bytes(case.phone_digest), bytes(case.address_digest),
    ]  # fmt: skip


def test_without_a_rule_nothing_is_erased(people: dict[str, User]) -> None:
    case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    move_clock(offset=timedelta(days=20_000))
    count_facts()
    assert erase_ended() == 0


def test_what_was_followed_up_goes_with_it_and_not_before_it_is_closed(
    people: dict[str, User], after: After
) -> None:
    case = case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    do(people, case, "rate", level=1, comment="没人接电话")
    one = FollowUp.objects.get()
    lead = people["supply-lead"]
    one = FOLLOW_UPS.perform(one, "attempt", by=lead, body={"text": "王先生未接"})
    assert after(DAYS + 1) == 0
    FOLLOW_UPS.perform(one, "close", by=lead, body={"said": "王先生满意了", "done": "已致歉"})
    assert after(DAYS + 1) == 1
    one.refresh_from_db()
    assert (one.state, one.said, one.done, one.attempts.get().text) == ("closed", "", "", "")
    assert not Salt.objects.filter(
        ref__in=Entry.objects.filter(case_ref=one.ref).values("salt_ref")
    )
    assert (verify(), [(name, rows) for name, rows in broken() if rows]) == (None, [])


def test_who_was_responsible_goes_with_the_case_and_not_before_the_checks(
    people: dict[str, User], after: After
) -> None:
    case = post_works(people, case_at(people, Kind.LV_SMALL, State.CONTRACTED), SHORT_LINE)
    decide_all(people, case)
    do(people, do(people, again(case), "start_works"), "energise")
    assert after(DAYS + 1) == 0
    body = {"kept": True, "findings": "与王先生一同查看"}
    for one in to_check(Commitment.objects.all()):
        permit_step(permit=one.permit, action="check_afterwards", by=people[one.bureau], body=body)
    assert after(DAYS + 1) == 1
    left = Commitment.objects.values_list("responsible", "position", "findings")
    assert set(left) <= {("", "", ""), ("", "", "–")}
    assert (verify(), [(name, rows) for name, rows in broken() if rows]) == (None, [])


def test_what_was_answered_to_a_bureau_goes_with_its_case(
    people: dict[str, User], after: After
) -> None:
    case = case_at(people, Kind.LV_OTHER, State.PERMITS)
    permit = open_permits(case)[0]
    asked, answers = PERMIT_BODIES["request_supplement"], PERMIT_BODIES["supply_supplement"]
    officer = people[permit.bureau]
    permit_step(permit=permit, action="request_supplement", by=officer, body=asked)
    permit_step(permit=permit, action="supply_supplement", by=people["manager"], body=answers)
    do(people, case, "withdraw", reason="不办了")
    assert after(DAYS + 1) == 1
    assert SupplementItem.objects.get().answer == ""
    assert [(name, rows) for name, rows in broken() if rows] == []


def test_what_ended_long_enough_ago_is_erased_and_the_record_holds(
    people: dict[str, User], after: After
) -> None:
    case = case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    case = do(people, case, "rate", level=5, comment="王先生很满意")
    young = case_at(people, Kind.LV_OTHER, State.PERMITS)
    reveal(application=case, body={"reason": "核对身份证"}, by=people["clerk"])
    write(application=case, body={"text": "王先生问何时来"}, by=case.filed_by.user)
    called = {"outcome": "reached", "text": "王先生周三在家"}
    enter_attempt(application=case, body=called, by=people["manager"])
    [first, *_more] = files = list(about(SUBJECT, case.pk))
    signed_in(people["clerk"]).get(f"/documents/{first.ref}/")
    assert after(DAYS - 1) == 0
    assert RESIDENT["name"] in personal(case)
    assert after(DAYS + 1) == 1
    assert personal(case) == [""] * 5 + [b""] * 3
    assert RESIDENT["name"] != young.applicant_name != ""
    assert [bool(row.erased_at) for row in about(SUBJECT, case.pk)] == [True] * len(files)
    assert {row.original_name for row in about(SUBJECT, case.pk)} == {""}
    assert not any(storage.storage().exists(row.stored_name) for row in files)
    assert (case.messages.get().text, case.attempts.get().text) == ("", "")
    entries = Entry.objects.filter(case_ref=case.ref)
    [said] = entries.filter(type="case.erased")
    kept = Salt.objects.filter(ref__in=entries.values("salt_ref"))
    assert list(kept.values_list("ref", flat=True)) == [said.salt_ref]
    assert said.actor_role == "system"
    assert verify() is None
    assert {name: rows for name, rows in broken() if rows} == {}
    assert list(storage.findings()) == []
    assert erase_ended() == 0


def test_the_words_of_findings_go_with_the_person(people: dict[str, User], after: After) -> None:
    case = case_at(people, Kind.HV_DUAL, State.DESIGN_SUBMITTED)
    found = {"item": "metering_designed", "result": "not_met", "finding": "王先生的图纸缺计量"}
    do(people, do(people, case, "review_design", items=[found]), "withdraw")
    assert after(DAYS + 1) == 1
    assert ItemResult.objects.get(inspection__application=case.pk).words == ""
    assert {name: rows for name, rows in broken() if rows} == {}


def test_every_page_says_so_instead_of_failing(people: dict[str, User], after: After) -> None:
    case = case_at(people, Kind.LV_SMALL, State.ENERGISED)
    owner = case.filed_by.user
    [first, *_more] = about(SUBJECT, case.pk)
    signed_in(people["clerk"]).get(f"/documents/{first.ref}/")
    assert after(DAYS + 1) == 1
    api = f"/api/v1/applications/{case.number}/"
    own = [f"/account/cases/{case.number}/", "/account/", "/account/data/"]
    for who, pages in {
        "shop": [
            *own,
            *(api + part for part in ("", "timeline/", "clocks/", "data/", "accesses/")),
        ],
        "manager": [f"/work/cases/{case.number}/", "/work/?state=energised", api],
        "regulator": [f"/oversight/cases/{case.number}/", api],
    }.items():
        for page in pages:
            assert (page, signed_in(people[who]).get(page).status_code) == (page, 200)
    shown = signed_in(owner).get(own[0]).content.decode()
    assert ("已于" in shown, "证件.pdf" in shown) == (True, False)
    for seq in Entry.objects.filter(case_ref=case.ref, type="case.submitted").values_list(
        "case_seq", flat=True
    ):
        receipt = f"/account/cases/{case.number}/receipts/{seq}"
        for end in ("/", ".json"):
            assert signed_in(owner).get(receipt + end).status_code == 200
    assert signed_in(owner).get(f"/documents/{first.ref}/").status_code == 404
    assert signed_in(owner).post("/account/data/export/").status_code == 200
    with pytest.raises(WrongState):
        perform(application=case, action="rate", by=owner, body={"level": 5})
    with pytest.raises(WrongState):
        reveal(application=case, body={"reason": "核对"}, by=people["clerk"])


def test_whoever_has_no_account_is_gone_with_the_last_case(
    people: dict[str, User], after: After
) -> None:
    contact = new_contact(PHONE)
    visitor = person_of(contact)
    case = drafts.draft(body=declaration(Kind.RESIDENTIAL), by=visitor)
    for need in wanted(case, case.rules(city_now()), "submit"):
        documents.add(application=case, requirement=need.code, upload=pdf(), by=visitor)
    case = perform(application=case, action="submit", by=visitor)
    perform(application=case, action="withdraw", by=visitor)
    assert after(DAYS + 1) == 1
    contact = Contact.objects.get(pk=contact.pk)
    assert (contact.address, contact.ended_at is None) == ("", False)


def test_the_web_role_erases_nothing_by_itself(people: dict[str, User]) -> None:
    case = case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    for statement, told in (
        (f"SELECT erase_case('{case.ref}')", "only an ended case"),
        (
            f"UPDATE applications_application SET id_number = '' WHERE id = {case.pk}",
            "by the record alone",
        ),
        ("DELETE FROM ledger_salt", "permission denied"),
    ):
        with (
            pytest.raises(DatabaseError, match=told),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_nightly_task_does_it(people: dict[str, User], after: After) -> None:
    case = case_at(people, Kind.RESIDENTIAL, State.WITHDRAWN)
    assert after(DAYS - 1) == 0
    move_clock(offset=timedelta(days=DAYS + 1))
    tidy()
    assert personal(case)[0] == ""
