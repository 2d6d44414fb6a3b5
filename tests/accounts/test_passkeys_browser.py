"""A passkey in a real browser with an authenticator of its own, and one that has none."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.browser import sign_in
from tests.look import look, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def test_one_is_added_and_signs_in_and_its_absence_loses_nothing(
    chromium: "Browser", site: str
) -> None:
    # A bare number is no host for passkeys.
    found = visit(chromium, site.replace("127.0.0.1", "localhost"), language="zh-hans")
    page = found.page
    devtools = found.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    sign_in(page, "shop", "/account/passkeys/")
    faults = look(found, "")
    page.fill("[name=name]", "我的手机")
    page.fill("[name=current]", "tongdian-demo")
    page.click("form[data-passkey] button:not([type=button])")
    page.get_by_role("table").wait_for()
    faults += look(found, "")
    found.context.clear_cookies(name="sessionid")
    page.goto("/account/sign-in/?next=/account/settings/")
    faults += look(found, "")
    page.click("form[data-passkey] button")
    page.wait_for_url(lambda url: urlsplit(url).path == "/account/settings/")
    # One that throws leaves the page as it is and says what else can be done.
    found.context.clear_cookies(name="sessionid")
    devtools.send("WebAuthn.removeVirtualAuthenticator", made)
    page.goto("/account/sign-in/")
    page.fill("[name=username]", "shop")
    assert not page.locator("[data-passkey-failed]").is_visible()
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error()) }")
    page.click("form[data-passkey] button")
    page.locator("[data-passkey-failed]").wait_for()
    assert page.input_value("[name=username]") == "shop"
    # Within apps there is none at all.
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/account/sign-in/")
    page.locator("[name=username]").wait_for()
    assert not page.locator("form[data-passkey]").is_visible()
    found.context.close()
    assert faults == []
