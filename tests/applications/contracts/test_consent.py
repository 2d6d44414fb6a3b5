"""Signing by code: for the text that was read, once, and for no other text."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from accounts import codes
from accounts.models import User
from accounts.parties import PhoneCode
from applications.contracts import text as texts
from applications.contracts.models import Contract
from applications.contracts.queries import phone_of
from applications.contracts.text import contract_text
from applications.models import Application
from applications.states import State
from core.fields import text_digest
from core.templatetags.city import masked_phone
from rules.contract import contract_template
from tests.applications.contracts.test_contracts import page_of, said, to_sign
from tests.applications.pages import door_of, of, press
from tests.applications.visiting import code_in, later, told, words
from tests.builders import again, perform
from tests.notifications.counterpart import At
from tests.page import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(people: dict[str, User], sms: At) -> Application:
    """A home whose applicant has a confirmed phone, before it is signed."""
    later()
    return to_sign(people)


def number(case: Application) -> str:
    phone = phone_of(case, case.filed_by_id)
    assert phone
    return str(phone.address)


def codes_sent(sms: At, case: Application) -> list[str]:
    return [text for text in told(sms, number(case)) if "签订供用电合同的验证码" in text]


def code(sms: At, case: Application) -> str:
    return code_in(codes_sent(sms, case)[-1])


def button(case: Application) -> str:
    return f"发送验证码到 {masked_phone(number(case))}"


def asked(people: dict[str, User], case: Application) -> tuple[Any, str]:
    """The browser of the applicant, who has asked for a code, and the page that takes it."""
    client = of(people, "resident")
    page = client.get(f"{page_of(case)}sign_contract/")
    answer = Page(page).submit(client, button(case))
    assert answer["Location"] == f"{page_of(case)}contract/code/"
    return client, f"{page_of(case)}contract/code/"


def reworded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The supply company puts another wording in."""
    newer = replace(contract_template(), version="2")
    monkeypatch.setattr(texts, "contract_template", lambda: newer)


def test_the_code_signs_and_the_entry_says_how_without_the_phone(
    people: dict[str, User], case: Application, sms: At
) -> None:
    client, url = asked(people, case)
    assert f"办件 {case.number} · 签订合同" in Page(client.get(url)).main
    assert press(client, url, code=code(sms, case))["Location"] == page_of(case)
    entry = said(case, "case.contract_signed")
    digest = text_digest(contract_text(case))
    assert entry == {
        "number": case.number,
        "consent": "code",
        "contract": {"template": "1", "sha256": digest},
    }
    assert Contract.objects.get(pk=case.pk).consent == Contract.Consent.CODE


def test_a_second_click_is_told_the_same(
    people: dict[str, User], case: Application, sms: At
) -> None:
    client, url = asked(people, case)
    door = door_of(client.get(url).content.decode()) | {"code": code(sms, case)}
    assert [client.post(url, door)["Location"] for _ in range(2)] == [page_of(case)] * 2
    assert Contract.objects.count() == 1


def test_a_wrong_code_signs_nothing_and_is_counted(
    people: dict[str, User], case: Application, sms: At
) -> None:
    client, url = asked(people, case)
    right = code(sms, case)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    answer = press(client, url, code=wrong)
    assert "验证码不对，或者已经失效" in words(answer)
    assert again(case).state == State.ACCEPTED
    assert PhoneCode.objects.get(purpose="contract").wrong == 1
    assert press(client, url, code=right).status_code == 302
    assert again(case).state == State.CONTRACTED


def test_a_code_for_one_text_does_not_sign_another(
    people: dict[str, User], case: Application, sms: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, url = asked(people, case)
    door = door_of(client.get(url).content.decode()) | {"code": code(sms, case)}
    reworded(monkeypatch)
    answer = client.get(url, follow=True)
    assert answer.redirect_chain == [(f"{page_of(case)}sign_contract/", 302)]
    assert "合同文本和您读到的不同" in words(answer)
    refused = client.post(url, door)
    assert (refused.status_code, "合同文本已经更新" in words(refused)) == (409, True)
    assert not Contract.objects.exists()


def test_no_code_is_sent_for_a_text_that_is_not_on_the_page(
    people: dict[str, User], case: Application, sms: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = of(people, "resident")
    page = client.get(f"{page_of(case)}sign_contract/")
    reworded(monkeypatch)
    answer = Page(page).submit(client, button(case))
    assert answer["Location"] == f"{page_of(case)}sign_contract/"
    assert codes_sent(sms, case) == []


def test_a_code_of_a_while_ago_is_no_consent_to_what_a_program_signs(
    people: dict[str, User], case: Application, sms: At
) -> None:
    before = timezone.now() - 2 * codes.SECOND_CLICK
    PhoneCode.objects.create(
        purpose="contract",
        contact=phone_of(case, case.filed_by_id),
        signs=text_digest(contract_text(case)),
        address=number(case),
        digest=b"",
        expires_at=before,
        used_at=before,
    )
    perform(application=case, action="sign_contract", by=case.filed_by.user, body={})
    assert said(case, "case.contract_signed")["consent"] == "session"
