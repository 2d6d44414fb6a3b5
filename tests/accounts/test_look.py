"""The pages of accounts and messages in a real browser."""

from typing import TYPE_CHECKING

import pytest

from tests.browser import sign_in
from tests.look import LANGUAGES, everywhere, look, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OWN = {
    "/account/settings/": "account-settings",
    "/account/password/": "account-password",
    "/account/second-factor/": "account-second-factor",
    "/account/tokens/": "account-tokens",
    "/account/passkeys/": "account-passkeys",
    "/account/data/": "account-data",
    "/account/messages/": "messages",
}
ADMINISTRATORS = {
    "/account/people/": "people",
    "/account/people/?q=planning": "",
    "/account/people/?q=nobody-at-all": "",
    "/account/people/new/": "people-new",
    "/account/organisations/": "organisations",
}
PAGES = {"shop": OWN, "administrator": ADMINISTRATORS}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/account/sign-in/", "sign-in"),
        ("/account/register/", "register"),
        ("/account/password/forgotten/", ""),
        ("/account/sign-in-by-phone/", ""),
    ],
)
def test_the_way_in_is_whole(chromium: "Browser", site: str, path: str, name: str) -> None:
    assert everywhere(chromium, site, {path: name}) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("username", PAGES)
def test_the_pages_are_whole(chromium: "Browser", site: str, language: str, username: str) -> None:
    found = visit(chromium, site, language=language, paired=True)
    sign_in(found.page, username, next(iter(PAGES[username])))
    looked = PAGES[username].items()
    faults = [fault for path, name in looked for fault in look(found, path, name=name)]
    found.context.close()
    assert faults == []


def test_one_persons_page_and_a_refused_form_are_whole(chromium: "Browser", site: str) -> None:
    found = visit(chromium, site, language="zh-hans")
    sign_in(found.page, "administrator", "/account/people/")
    found.page.goto("/account/people/?q=planning")
    found.page.get_by_role("link", name="planning-lead").click()
    found.page.locator("[name=role]").wait_for()
    found.page.wait_for_load_state()
    faults = look(found, "", name="person")
    found.page.select_option("[name=role]", "manager")
    found.page.select_option("[name=organisation]", label="自贡市自然资源和规划局")
    found.page.locator("form:has([name=role]) button").click()
    found.page.locator(".td-error-summary").wait_for()
    found.page.wait_for_load_state()
    faults += look(found, "")
    found.context.close()
    assert faults == []


def test_a_wrong_password_is_said_and_the_form_stays(chromium: "Browser", site: str) -> None:
    found = visit(chromium, site, language="zh-hans")
    found.page.goto("/account/sign-in/")
    found.page.fill("[name=username]", "somebody")
    found.page.fill("[name=password]", "wrong")
    found.page.click("main button:not([type=button])")
    found.page.locator(".td-error-summary").wait_for()
    found.page.wait_for_load_state()
    assert found.page.input_value("[name=username]") == "somebody"
    assert found.page.input_value("[name=password]") == ""
    assert look(found, "") == []
    found.context.close()


def test_a_token_is_made_and_ended(chromium: "Browser", site: str) -> None:
    found = visit(chromium, site, language="en")
    sign_in(found.page, "approval-system", "/account/tokens/")
    found.page.fill("[name=label]", "provincial system")
    found.page.get_by_role("button", name="Make a token").click()
    assert found.page.locator("main code").inner_text().startswith("tdt_")
    found.page.wait_for_load_state()
    faults = look(found, "")
    found.page.get_by_role("button", name="End the token provincial system").first.click()
    assert found.page.get_by_role("status").first.inner_text().startswith("The token has ended")
    found.context.close()
    assert faults == []
