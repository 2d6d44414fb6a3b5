"""Who was at a counter goes on online: by the case's number, its phone and a code."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from applications import documents
from applications.models import Application
from core.problems import Forbidden, Missing
from deadlines.models import Clock
from ledger.models import Entry
from ledger.queries import doers
from rules.names import Kind
from tests.applications.pages import nobody, press
from tests.applications.test_progress_code import ALL, opened
from tests.applications.visiting import come_back, link_in, told
from tests.builders import again, do, filed, pdf, perform, taken_in
from tests.concurrency.test_races import nothing_broken
from tests.notifications.counterpart import At
from tests.page import Page
from tools.scenarios import PHONE

pytestmark = pytest.mark.django_db

ONLINE = "/progress/case/online/"


def accepted(people: dict[str, User]) -> Application:
    return do(people, taken_in(people), "accept")


def gone_online(case: Application, sms: At) -> Any:
    client = opened(case, sms)
    answer = Page(client.get(ALL)).submit(client, "改为网上办理")
    assert answer["Location"] == f"/account/cases/{case.number}/"
    return client


def test_the_customer_of_a_counter_goes_on_alone(people: dict[str, User], sms: At) -> None:
    case = accepted(people)
    client = gone_online(case, sms)
    moved = again(case)
    assert (moved.channel, moved.office, moved.holder) == ("online", None, "applicant")
    entry = Entry.objects.filter(case_ref=case.ref).latest("case_seq")
    assert (entry.type, entry.actor_role, entry.to_state) == (
        "case.went_online", "applicant", "accepted",
    )  # fmt: skip
    assert doers(case.ref, ["case.went_online"]) == {-moved.filed_by_id}
    press(client, f"/account/cases/{case.number}/sign_contract/")
    assert again(case).state == "contracted"
    # The link that was sent leads back on another device, past another code.
    other = come_back(sms, link_in(told(sms, PHONE)[-1]), phone=PHONE)
    assert case.number in other.get("/account/").content.decode()
    with pytest.raises(Forbidden):
        perform(application=case, action="withdraw", by=people["clerk"])
    nothing_broken()


def test_what_was_signed_for_the_step_is_signed_anew(people: dict[str, User], sms: At) -> None:
    case = accepted(people)
    documents.add(application=case, requirement="signed_contract", upload=pdf(), by=people["clerk"])
    gone_online(case, sms)
    handling = Clock.objects.get(case_ref=case.ref, kind=Clock.Kind.HANDLING)
    assert (again(case).signed_papers, again(case).holder, handling.state) == (
        [], "applicant", "paused",
    )  # fmt: skip
    nothing_broken()


def test_it_is_done_once(people: dict[str, User], sms: At) -> None:
    case = accepted(people)
    client = opened(case, sms)
    page = Page(client.get(ALL))
    page.submit(client, "改为网上办理")
    # The session that had shown the phone is another one now.
    assert page.submit(client, "改为网上办理")["Location"] == "/progress/"
    assert Entry.objects.filter(case_ref=case.ref, type="case.went_online").count() == 1
    assert 'action="/progress/case/online/"' not in opened(case, sms).get(ALL).content.decode()


def test_nobody_without_a_code_to_the_phone_of_the_case(people: dict[str, User], sms: At) -> None:
    case, online = accepted(people), filed(people, Kind.RESIDENTIAL)
    assert nobody().post(ONLINE)["Location"] == "/progress/"
    clerk, resident = again_user(people["clerk"]), again_user(people["resident"])
    # A clerk who holds the customer's phone is no customer.
    clerk.shown_phone = bytes(case.phone_digest)
    with pytest.raises(Forbidden):
        perform(application=case, action="go_online", by=clerk)
    with pytest.raises(Missing):
        perform(application=case, action="go_online", by=resident)
    resident.shown_phone = b"\0" * 32
    with pytest.raises(Missing):
        perform(application=case, action="go_online", by=resident)
    api = APIClient()
    api.force_authenticate(people["resident"])
    answer = api.post(f"/api/v1/applications/{online.number}/actions/go_online/", {}, format="json")
    assert answer.status_code == 403
    assert opened(online, sms).post(ONLINE).status_code == 409


def again_user(user: User) -> User:
    return User.objects.get(pk=user.pk)
