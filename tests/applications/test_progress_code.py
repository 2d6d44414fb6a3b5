"""All of a case without an account: its number, its phone, and a code sent there."""

from typing import Any

import pytest

from accounts.codes import SHOWN
from accounts.models import User
from accounts.parties import PhoneCode
from applications.models import Application
from applications.states import State
from rules.names import Kind
from tests.applications.pages import nobody, press
from tests.applications.visiting import code_in, later, told, words
from tests.builders import Ready, filed
from tests.notifications.counterpart import At
from tests.page import Page
from tools.scenarios import KINDS, PHONE

pytestmark = pytest.mark.django_db

PROGRESS, ASK, TYPED, ALL = (
    "/progress/", "/progress/ask/", "/progress/code/", "/progress/case/",
)  # fmt: skip


def ask(case: Application, client: Any = None, phone: str = PHONE) -> Any:
    later()
    client = client or nobody()
    page = client.post(PROGRESS, {"number": case.number, "phone": phone})
    return client, Page(page).submit(client, "发送验证码")


def opened(case: Application, sms: At) -> Any:
    client, answer = ask(case)
    assert answer["Location"] == TYPED
    assert press(client, TYPED, code=code_in(told(sms, PHONE)[-1]))["Location"] == ALL
    return client


def test_a_code_opens_all_of_a_case_and_nothing_to_do(
    people: dict[str, User], ready: Ready, sms: At
) -> None:
    case = ready(Kind.HV_SINGLE, State.PLAN_REPLIED)
    page = opened(case, sms).get(ALL)
    text = words(page)
    for shown in (case.number, case.plan_summary.splitlines()[0], case.address_line, "证件.pdf"):
        assert shown in text
    for secret in (case.id_number, case.phone):
        assert secret not in text
    # Nothing is done here, and no file is opened without an account.
    assert Page(page).links("/documents/.*") == []
    assert Page(page).links("/account/cases/.*") == []
    assert not page.context.get("choices")


def test_it_opens_one_case_in_one_browser(people: dict[str, User], sms: At) -> None:
    first, second = filed(people, Kind.RESIDENTIAL), filed(people, Kind.RESIDENTIAL)
    client = opened(first, sms)
    assert nobody().get(ALL)["Location"] == PROGRESS
    # The case of a session is the one that the code was asked for.
    session = client.session
    session["progress.case"] = second.pk
    session.save()
    assert second.number in words(client.get(ALL))  # the same phone's
    applicant = KINDS[Kind.LV_SMALL][1]["applicant"] | {"phone": "13900001111"}
    stranger = filed(people, Kind.LV_SMALL, applicant=applicant)
    session["progress.case"] = stranger.pk
    session.save()
    assert client.get(ALL)["Location"] == PROGRESS
    assert client.get("/account/")["Location"].startswith("/account/sign-in/")


def test_after_half_an_hour_another_code_is_needed(people: dict[str, User], sms: At) -> None:
    client = opened(filed(people, Kind.RESIDENTIAL), sms)
    session = client.session
    session[SHOWN[PhoneCode.Purpose.PROGRESS]] |= {"at": 0}
    session.save()
    assert client.get(ALL)["Location"] == PROGRESS


@pytest.mark.parametrize("changed", [{"phone": "13900009999"}, {"number": "ZG20260101999999"}])
def test_a_wrong_pair_sends_nothing_and_says_the_same(
    people: dict[str, User], sms: At, changed: dict[str, str]
) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    answer = nobody().post(ASK, {"number": case.number, "phone": PHONE} | changed)
    assert answer.status_code == 422
    assert "没有" in words(answer)
    assert not PhoneCode.objects.filter(purpose=PhoneCode.Purpose.PROGRESS).exists()


def test_too_soon_says_so_beside_the_case(people: dict[str, User], sms: At) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    client, _answer = ask(case)
    again = client.post(ASK, {"number": case.number, "phone": PHONE, "idempotency_key": "x"})
    assert (again.status_code, case.number in words(again)) == (429, True)
    assert "Retry-After" in again


def test_without_sms_or_a_mobile_no_code_is_offered(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    page = nobody().post(PROGRESS, {"number": case.number, "phone": PHONE})
    assert f'action="{ASK}"' not in page.content.decode()
    refused = nobody().post(ASK, {"number": case.number, "phone": PHONE})
    assert refused.status_code == 503
