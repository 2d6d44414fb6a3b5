"""What the customer of a counter decides, confirmed by a code to the customer's phone."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.parties import PhoneCode
from applications.models import Application
from core.problems import Invalid
from ledger.queries import timeline
from portal.committed.entries import said
from portal.invariants import broken
from rules.names import Kind
from tests.applications.pages import nobody, of, press
from tests.applications.visiting import code_in, later, told
from tests.builders import again, do, perform, taken_in
from tests.notifications.counterpart import At
from tests.page import Page
from tools.scenarios import PHONE

pytestmark = pytest.mark.django_db
BUTTON = "给客户发送验证码（138****1234）"


def whole() -> None:
    assert {name: rows for name, rows in broken() if rows} == {}


def data_of(case: Application, kind: str) -> Any:
    """What the last entry of a kind commits to."""
    return [entry.data for entry in said(kind) if entry.ref == case.ref][-1]


def page_of(case: Application, act: str) -> str:
    return f"/account/cases/{case.number}/{act}/"


def ask(client: Any, case: Application, act: str, **typed: str) -> Page:
    """Have the customer sent a code for what is typed; the page that comes back."""
    later()
    assert BUTTON in client.get(page_of(case, act)).content.decode()
    answer = press(client, page_of(case, act), do="code", **typed)
    assert answer.status_code == 200
    return Page(answer)


def read_out(sms: At) -> str:
    return code_in(told(sms, PHONE)[-1])


def at_the_plan(people: dict[str, User]) -> Application:
    case = do(people, taken_in(people, kind=Kind.HV_SINGLE), "accept")
    return do(people, case, "reply_plan")


DECISIONS: dict[str, tuple[str, dict[str, str], str, str]] = {
    # By what is decided: the act, what is typed, what the message says, the state afterwards.
    "agree": ("confirm_plan", {"agree": "yes"}, "用于：同意供电方案", "plan_confirmed"),
    "disagree": (
        "confirm_plan",
        {"agree": "no", "reason": "另选接入点"},
        "不同意供电方案",
        "accepted",
    ),
    "sign": ("sign_contract", {}, "签订供用电合同", "contracted"),
    "withdraw": ("withdraw", {"reason": ""}, "撤回用电申请", "withdrawn"),
}


@pytest.mark.parametrize("what", list(DECISIONS))
def test_the_customer_reads_out_a_code_and_the_step_is_taken(
    people: dict[str, User], sms: At, what: str
) -> None:
    act, typed, words, state = DECISIONS[what]
    case = at_the_plan(people) if act == "confirm_plan" else do(people, taken_in(people), "accept")
    client = of(people, "clerk")
    page = ask(client, case, act, **typed)
    text = told(sms, PHONE)[-1]
    assert (words in text, case.number in text) == (True, True)
    code = read_out(sms)
    form = page.carried() | typed | {"code": f"{code[:3]} {code[3:]}"}
    sent = client.post(page_of(case, act), form)
    assert (sent.status_code, again(case).state) == (302, state)
    types = [event.type for event in timeline(case.ref)][-2:]
    assert types[0] == "case.decision_confirmed"
    confirmed, taken = data_of(case, types[0]), data_of(case, types[1])
    assert (taken["by"], taken["decision"], taken["represents"]) == (
        "code", confirmed["decision"], "applicant",
    )  # fmt: skip
    assert (again(case).confirmed, again(case).signed_papers) == ({}, [])
    # The second click is told the same, and nothing happens twice.
    steps = len(timeline(case.ref))
    second = client.post(page_of(case, act), form)
    assert (second.status_code, len(timeline(case.ref))) == (302, steps)
    whole()


def test_a_code_is_for_one_answer_one_thing_and_one_case(people: dict[str, User], sms: At) -> None:
    case, other, client = at_the_plan(people), at_the_plan(people), of(people, "clerk")
    ask(client, case, "confirm_plan", agree="yes")
    code = read_out(sms)
    wrong = "000000" if code != "000000" else "111111"
    tries: list[tuple[Application, str, dict[str, str]]] = [
        (case, "confirm_plan", {"agree": "no", "reason": "另选接入点", "code": code}),
        (case, "withdraw", {"code": code}),
        (other, "confirm_plan", {"agree": "yes", "code": code}),
        (case, "confirm_plan", {"agree": "yes", "code": wrong}),
    ]
    for thing, act, typed in tries:
        answer = press(client, page_of(thing, act), **typed)
        assert (answer.status_code, "请给客户重新发送" in Page(answer).text) == (422, True), typed
    # What was typed stays; of another plan it is another decision.
    assert Page(answer).carried()["version"] == str(case.version)
    Application.objects.filter(pk=case.pk).update(plan_summary="改接另一条线路")
    assert press(client, page_of(case, "confirm_plan"), agree="yes", code=code).status_code == 422
    assert (again(case).state, again(other).state) == ("plan_replied", "plan_replied")


def test_a_code_ends_by_wrong_tries_and_by_time(people: dict[str, User], sms: At) -> None:
    case, client = do(people, taken_in(people), "accept"), of(people, "clerk")
    ask(client, case, "withdraw")
    code = read_out(sms)
    PhoneCode.objects.update(wrong=5)
    assert press(client, page_of(case, "withdraw"), code=code).status_code == 422
    assert again(case).state == "accepted"
    # One a minute, and the page says so; what was typed stays.
    answer = press(client, page_of(case, "withdraw"), do="code", reason="不办了")
    assert (answer.status_code, "不办了" in answer.content.decode()) == (422, True)


def test_a_program_confirms_first_and_the_company_has_the_case_from_then_on(
    people: dict[str, User], sms: At
) -> None:
    case = at_the_plan(people)
    api, url = APIClient(), f"/api/v1/applications/{case.number}"
    api.force_authenticate(people["clerk"])
    decided = {"action": "confirm_plan", "body": {"agree": True}}
    assert api.post(f"{url}/confirmations/", decided, format="json").status_code == 204
    with pytest.raises(Invalid):
        perform(application=case, action="confirm_plan", by=people["clerk"], body=decided["body"])
    taken = decided | {"code": read_out(sms)}
    answer = api.post(f"{url}/confirmations/code/", taken, format="json")
    assert (answer.status_code, again(case).holder) == (200, "supplier")
    for body, status in (({"agree": False, "reason": "另选"}, 422), ({"agree": True}, 200)):
        sent = api.post(f"{url}/actions/confirm_plan/", body, format="json")
        assert sent.status_code == status
    unknown = {"action": "rate", "body": {"level": 5}}
    assert api.post(f"{url}/confirmations/", unknown, format="json").status_code == 422
    whole()


def test_only_the_counter_that_has_the_case_asks(people: dict[str, User], sms: At) -> None:
    case = do(people, taken_in(people), "accept")
    for name, status in (("manager", 403), ("hall", 404), ("resident", 404)):
        api = APIClient()
        api.force_authenticate(people[name])
        url = f"/api/v1/applications/{case.number}/confirmations/"
        answer = api.post(url, {"action": "withdraw"}, format="json")
        assert answer.status_code == status, name
    assert told(sms, PHONE) == []


def test_the_contract_of_a_counter_is_its_text_where_it_is_signed_by_code(
    people: dict[str, User], sms: At
) -> None:
    case, client = do(people, taken_in(people), "accept"), of(people, "clerk")
    ask(client, case, "sign_contract")
    press(client, page_of(case, "sign_contract"), code=read_out(sms))
    contract = again(case).contract
    assert (contract.consent, contract.signed_at is not None) == ("code", True)
    assert nobody().get(page_of(case, "contract")).status_code == 302
