"""Two people without an account, each on a phone, one of them then on another device."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from tests.applications.test_apply_browser import SUBMIT, fill_in
from tests.look import Visit, look, visit
from tests.notifications.counterpart import At, counterpart

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE, OTHER = "13912340001", "13912340002"


@pytest.fixture
def sms(tmp_path: Path, settings: Settings) -> Iterator[At]:
    from notifications import providers

    with counterpart(tmp_path) as at:
        settings.COUNTERPART_URL, settings.SMS_PROVIDER = at.url, "counterpart"
        providers.forget()
        yield at
    providers.forget()


def told(sms: At, phone: str) -> list[str]:
    """All that was sent to a phone until now."""
    from notifications import outbox

    outbox.deliver_all()
    return [text for to, text in sms.texts() if to == phone]


def found_in(text: str, pattern: str) -> str:
    found = re.search(pattern, text)
    assert found
    return found[0]


def a_minute_later() -> None:
    """The pause between two codes to one phone has passed."""
    from core.models import Meter

    Meter.objects.all().delete()


def type_code(page: "Page", sms: At, phone: str) -> None:
    page.locator("[name=code]").wait_for()
    page.fill("[name=code]", found_in(told(sms, phone)[-1], r"\d{6}"))
    page.click(SUBMIT)
    page.wait_for_url(lambda url: urlsplit(url).path != "/apply/code/")


def begin(found: Visit, sms: At, phone: str) -> list[str]:
    """From the first page to the form; what is wrong with the pages on the way."""
    faults = look(found, "/apply/")
    found.page.fill("[name=phone]", phone)
    found.page.click("form[action='/apply/phone/'] button")
    found.page.locator("[name=code]").wait_for()
    faults += look(found, "")
    type_code(found.page, sms, phone)
    return faults


def number_in(page: "Page") -> str:
    return found_in(page.url, r"ZG\d+")


def test_a_person_without_an_account_begins_comes_back_files_and_follows(
    chromium: "Browser", site: str, sms: At, tmp_path: Path
) -> None:
    from tools.scenarios import PDF

    file = tmp_path / "证件.pdf"
    file.write_bytes(PDF)
    phone = visit(chromium, site, language="zh-hans")
    faults = begin(phone, sms, PHONE)
    phone.page.fill("[name=applicant_name]", "王小明")
    phone.page.click(SUBMIT)
    phone.page.wait_for_url("**/details/**")
    number = number_in(phone.page)
    faults += look(phone, f"/apply/{number}/")
    phone.context.close()

    # Somebody else begins too.
    other = visit(chromium, site, language="en")
    faults += begin(other, sms, OTHER)
    other.page.fill("[name=applicant_name]", "李四")
    other.page.click(SUBMIT)
    other.page.wait_for_url("**/details/**")
    theirs = number_in(other.page)

    # The link, on another device, asks for a code of the same phone.
    a_minute_later()
    elsewhere = visit(chromium, site, language="zh-hans")
    page = elsewhere.page
    page.goto(found_in(told(sms, PHONE)[-1], r"http\S+"))
    assert urlsplit(page.url).path == "/apply/return/"
    faults += look(elsewhere, "")
    page.click(SUBMIT)
    type_code(page, sms, PHONE)
    assert urlsplit(page.url).path == f"/apply/{number}/"

    page.goto(f"/apply/{number}/details/?part=who")
    assert page.input_value("[name=applicant_name]") == "王小明"
    fill_in(page)
    page.click(SUBMIT)
    for code in ("identity", "property"):
        page.click(f"a[href$='documents/{code}/']")
        page.set_input_files("[name=file]", file)
        page.click(SUBMIT)
    page.click("a.td-button")
    page.click(SUBMIT)
    page.wait_for_url("**/filed/")
    elsewhere.faults.clear()  # a refused form is a 422, which Chromium logs
    faults += look(elsewhere, "")
    assert number in told(sms, PHONE)[-1]
    faults += look(elsewhere, f"/account/cases/{number}/")
    assert faults == []

    # Neither sees anything of the other.
    for window, not_theirs in ((other, number), (elsewhere, theirs)):
        answer = window.page.goto(f"/apply/{not_theirs}/")
        assert answer is not None
        assert answer.status == 404
        window.page.goto("/account/")
        assert not_theirs not in window.page.content()
    page.click("form[action='/account/sign-out/'] button")
    page.goto(f"/account/cases/{number}/")
    assert urlsplit(page.url).path == "/account/sign-in/"
    for window in (other, elsewhere):
        window.context.close()
