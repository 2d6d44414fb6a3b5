"""Two people without an account, each on a phone, one of them then on another device."""

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.applications import test_apply_browser as questions
from tests.applications.test_apply_browser import SUBMIT
from tests.look import DESK, Visit, look, visit
from tests.notifications.counterpart import At

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE, OTHER = "13912340001", "13912340002"


def type_code(page: "Page", sms: At, phone: str, here: str = "/apply/code/") -> None:
    from tests.applications.visiting import code_in, told

    page.locator("[name=code]").wait_for()
    page.fill("[name=code]", code_in(told(sms, phone)[-1]))
    page.click(SUBMIT)
    page.wait_for_url(lambda url: urlsplit(url).path != here)


def begin(found: Visit, sms: At, phone: str, name: str) -> tuple[str, list[str]]:
    """From the first page to the form; the number, and what is wrong with the pages on the way."""
    page, faults = found.page, look(found, "/apply/")
    page.fill("[name=phone]", phone)
    page.click("form[action='/apply/phone/'] button")
    page.locator("[name=code]").wait_for()
    faults += look(found, "")
    type_code(page, sms, phone)
    questions.begin(page)
    page.fill("[name=applicant_name]", name)
    page.click(SUBMIT)
    page.locator(".td-error-summary").wait_for()
    number = re.search(r"ZG\d+", page.url)
    assert number
    return number[0], faults


def test_a_person_without_an_account_begins_comes_back_files_and_follows(
    chromium: "Browser", site: str, sms: At, tmp_path: Path
) -> None:
    from tests.applications.visiting import address_in, later, told
    from tools.scenarios import PDF

    file = tmp_path / "证件.pdf"
    file.write_bytes(PDF)
    phone = visit(chromium, site, language="zh-hans", width=768)
    number, faults = begin(phone, sms, PHONE, "王小明")
    faults += look(phone, f"/apply/{number}/")
    phone.context.close()

    # Somebody else begins too.
    other = visit(chromium, site, language="en", width=DESK)
    theirs, more = begin(other, sms, OTHER, "李四")
    faults += more

    # The link, on another device, asks for a code of the same phone.
    later()
    elsewhere = visit(chromium, site, language="zh-hans", width=360)
    page = elsewhere.page
    page.goto(address_in(told(sms, PHONE)[-1]))
    assert urlsplit(page.url).path == "/apply/return/"
    faults += look(elsewhere, "")
    page.click(SUBMIT)
    type_code(page, sms, PHONE)
    assert urlsplit(page.url).path == f"/apply/{number}/"

    page.goto(f"/apply/{number}/questions/applicant/")
    assert page.input_value("[name=applicant_name]") == "王小明"
    questions.fill_in(page, file)
    page.click(SUBMIT)
    page.wait_for_url("**/filed/")
    elsewhere.faults.clear()  # a refused form is a 422, which Chromium logs
    faults += look(elsewhere, "")
    assert number in told(sms, PHONE)[-1]
    faults += look(elsewhere, f"/account/cases/{number}/")
    faults += follow(visit(chromium, site, language="zh-hans"), sms, number)
    assert faults == []

    # Neither sees anything of the other.
    for window, not_theirs in ((other, number), (elsewhere, theirs)):
        answer = window.page.goto(f"/apply/{not_theirs}/")
        assert answer is not None
        assert answer.status == 404
        window.page.goto("/account/")
        assert not_theirs not in window.page.content()

    # Whoever leaves is asked for the phone again.
    page.click(".td-header__toggle")
    page.click("form[action='/account/sign-out/'] button")
    page.goto(f"/account/cases/{number}/")
    assert urlsplit(page.url).path == "/apply/return/"
    elsewhere.faults.clear()  # the 404 of before
    assert look(elsewhere, "") == []
    for window in (other, elsewhere):
        window.context.close()


def follow(found: Visit, sms: At, number: str) -> list[str]:
    """Follow a case by its number and the phone given in it, then all of it by a code."""
    from tests.applications.visiting import later

    later()
    page, phone = found.page, "13800001234"
    page.goto("/progress/")
    page.fill("[name=number]", number)
    page.fill("[name=phone]", phone)
    page.click(SUBMIT)
    page.locator("form[action='/progress/ask/']").wait_for()
    faults = look(found, "")
    page.click("form[action='/progress/ask/'] button")
    type_code(page, sms, phone, "/progress/code/")
    faults += look(found, "", name="progress-all")
    assert "无脚本路1号" in (page.locator("main").text_content() or "")
    found.context.close()
    return faults


def test_a_forgotten_password_is_set_anew(chromium: "Browser", site: str, sms: At) -> None:
    from accounts.models import User

    owner = User.objects.get(username="resident")
    found = visit(chromium, site, language="en")
    page = found.page
    page.goto("/account/sign-in/")
    page.click("a[href='/account/password/forgotten/']")
    page.fill("[name=phone]", owner.phone)
    page.click(SUBMIT)
    faults = look(found, "")
    type_code(page, sms, owner.phone, "/account/password/code/")
    faults += look(found, "")
    page.fill("[name=password]", "a-new-long-sentence")
    page.click(SUBMIT)
    page.wait_for_url("**/account/sign-in/")
    page.fill("[name=username]", owner.username)
    page.fill("[name=password]", "a-new-long-sentence")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/account/")
    assert faults == []
    found.context.close()
