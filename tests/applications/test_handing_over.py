"""Handing an application to somebody else: by an act of its own, and by nothing else."""

from copy import deepcopy
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.mandates import Mandate, Right
from accounts.models import User
from applications.models import Application, Draft
from core.problems import Missing
from ledger.models import Entry
from notifications.models import Message
from notifications.texts import shown
from rules.names import Kind
from tests.applications.mandates import CODE, acting, ask_for_code, link_to, somebody, take
from tests.applications.pages import nobody, press
from tests.applications.visiting import code_in, told
from tests.builders import again, do, drafted, filed, perform, taken_in
from tests.concurrency.test_races import nothing_broken
from tests.notifications.counterpart import At
from tests.page import Page
from tests.people import browser

pytestmark = pytest.mark.django_db

PHONE = "13912340002"


def hand_over(case: Application, sms: At) -> str:
    """The link by which whoever has the case offers it."""
    answer = press(
        browser(case.filed_by.user), f"/account/cases/{case.number}/hand-over/", phone=PHONE
    )
    assert answer.status_code == 302
    return link_to(sms)


def seq_of(case: Application, step: str) -> int:
    """The number of a step in the record of its case."""
    return Entry.objects.get(case_ref=case.ref, type=step).case_seq


@pytest.fixture
def case(people: dict[str, User]) -> Application:
    return do(people, filed(people, Kind.RESIDENTIAL), "accept")


def test_who_takes_a_case_over_takes_its_steps_and_the_former_reads_nothing(
    people: dict[str, User], case: Application, sms: At
) -> None:
    former, declared = people["resident"], case.applicant_name
    agent = acting(former.party_id, "agent", Right.SIGN)
    taker = somebody("taker")
    client = browser(taker)
    answer = take(client, sms, hand_over(case, sms))
    assert answer["Location"] == f"/account/cases/{case.number}/"
    now = again(case)
    assert (now.filed_by_id, now.applicant_name, now.state) == (
        taker.party_id, declared, "accepted",
    )  # fmt: skip
    entry = Entry.objects.filter(case_ref=case.ref).latest("case_seq")
    assert (entry.type, entry.actor_role) == ("case.handed_over", "applicant")
    press(client, f"/account/cases/{case.number}/sign_contract/")
    assert again(case).state == "contracted"
    # Of what the former did until then the receipt stays, and nothing else.
    receipt = f"/account/cases/{case.number}/receipts/"
    seen = {
        (who.username, step): browser(who).get(f"{receipt}{seq_of(case, step)}/").status_code
        for who in (former, agent)
        for step in ("case.submitted", "case.contract_signed")
    }
    assert seen == {
        ("resident", "case.submitted"): 200, ("resident", "case.contract_signed"): 404,
        ("agent", "case.submitted"): 404, ("agent", "case.contract_signed"): 404,
    }  # fmt: skip
    for gone in (former, agent):
        with pytest.raises(Missing):
            perform(application=case, action="withdraw", by=gone, body={})
        assert case.number not in browser(gone).get("/account/").content.decode()
        told(sms)
        newest = Message.objects.to(gone).latest("id")
        assert shown(newest).title == f"办件 {case.number} 已移交"
    nothing_broken()


def test_a_phone_without_an_account_takes_over_and_a_second_click_is_told_the_same(
    people: dict[str, User], case: Application, sms: At
) -> None:
    link, client = hand_over(case, sms), nobody()
    ask_for_code(client, link)
    page, code = Page(client.get(CODE)), code_in(told(sms, PHONE)[-1])
    on_its_way = Client()
    on_its_way.cookies = deepcopy(client.cookies)
    first = page.submit(client, "接手办理", code=code)["Location"]
    second = page.submit(on_its_way, "接手办理", code=code)["Location"]
    assert (first, second) == (f"/account/cases/{case.number}/", "/account/")
    for browser_of_phone in (client, on_its_way):
        assert case.number in browser_of_phone.get("/account/").content.decode()
    assert Entry.objects.filter(case_ref=case.ref, type="case.handed_over").count() == 1
    nothing_broken()


def test_a_draft_is_handed_over_and_is_in_no_record(people: dict[str, User], sms: At) -> None:
    draft = drafted(people, Kind.RESIDENTIAL)
    taker = somebody("taker")
    take(browser(taker), sms, hand_over(draft, sms))
    assert Draft.objects.get(pk=draft.pk).filed_by_id == taker.party_id
    assert not Entry.objects.filter(case_ref=draft.ref).exists()
    perform(application=again(draft), action="submit", by=taker)
    nothing_broken()


def ended(people: dict[str, User], case: Application, link: str, sms: At) -> None:
    perform(application=case, action="withdraw", by=people["resident"], body={})


def taken(people: dict[str, User], case: Application, link: str, sms: At) -> None:
    later_link = hand_over(case, sms)
    take(browser(somebody("faster")), sms, later_link)


@pytest.mark.parametrize("between", [ended, taken])
def test_what_happened_in_between_stops_it(
    people: dict[str, User], case: Application, sms: At, between: Any
) -> None:
    link = hand_over(case, sms)
    between(people, case, link, sms)
    client = browser(somebody("slow"))
    assert take(client, sms, link).status_code == 409
    assert (
        not Entry.objects.filter(case_ref=case.ref, type="case.handed_over")
        .exclude(actor_role="applicant")
        .exists()
    )
    assert Application.objects.get(pk=case.pk).filed_by.user.username != "slow"
    nothing_broken()


def test_who_only_acts_or_stands_at_a_counter_hands_nothing_over(
    people: dict[str, User], case: Application, sms: At
) -> None:
    agent = acting(people["resident"].party_id, "agent", Right.SIGN)
    url = f"/account/cases/{case.number}/hand-over/"
    assert browser(agent).get(url).status_code == 404
    counter = taken_in(people)
    url = f"/account/cases/{counter.number}/hand-over/"
    assert browser(people["clerk"]).get(url).status_code == 404


def test_nothing_but_the_act_gives_a_case_to_another_party(
    people: dict[str, User], case: Application, sms: At
) -> None:
    other = people["shop"].party_id

    def change(party: int) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            Application.objects.filter(pk=case.pk).update(filed_by=party)

    change(other)
    taker = somebody("taker")
    take(browser(taker), sms, hand_over(case, sms))
    change(other)
    change(case.filed_by_id)


def test_the_program_interface_takes_nothing_over(
    people: dict[str, User], case: Application
) -> None:
    url = f"/api/v1/applications/{case.number}/actions/hand_over/"
    answer = browser(people["resident"]).post(url, {"offer": 1}, content_type="application/json")
    assert answer.status_code in (401, 403, 404)
    assert not Mandate.objects.exists()
