"""A decision in a real browser, confirmed with a passkey: what was typed goes with it."""

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests import servers
from tests.accounts.test_passkeys_browser import AUTHENTICATOR
from tests.approvals.people import ANSWERED
from tests.browser import fill
from tests.look import look, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def accepted() -> tuple[str, int]:
    """A session of an officer, and a permit that waits for the decision."""
    from applications.states import State
    from approvals.actions import PERMITS
    from approvals.models import Permit
    from rules.names import Kind
    from tests.builders import case_at, post_works
    from tests.people import again, browser, open_demonstration
    from tools.scenarios import PLANNING_ONLY

    people = open_demonstration()
    case = post_works(people, case_at(people, Kind.HV_SINGLE, State.PLAN_CONFIRMED), PLANNING_ONLY)
    permit = Permit.objects.get(case_ref=case.ref)
    officer = again(people["planning"])
    PERMITS.perform(permit, "accept", by=officer)
    return browser(officer).cookies["sessionid"].value, permit.pk


def forget_signing_in(session: str) -> None:
    """It was too long ago to decide without a word."""
    from django.utils import timezone

    from accounts.sessions import SessionStore
    from accounts.sign_in import SIGNED_IN_AT
    from rules.limits import limits

    held = SessionStore(session)
    longer = timedelta(minutes=limits().confirming, seconds=1)
    held[SIGNED_IN_AT] = (timezone.now() - longer).timestamp()
    held.save()


def test_a_decision_is_confirmed_with_a_passkey(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    session, permit = accepted()
    with servers.pages() as base:
        # A bare number is no host for passkeys.
        found = visit(chromium, base.replace("127.0.0.1", "localhost"), language="zh-hans")
        found.context.add_cookies([{"name": "sessionid", "value": session, "url": found.base}])
        page, devtools = found.page, found.context.new_cdp_session(found.page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        page.goto("/account/passkeys/")
        fill(page, {"name": "我的手机", "current": "tongdian-demo"})
        page.click("form[data-passkey] button:not([type=button])")
        page.get_by_role("table").wait_for()
        forget_signing_in(session)
        faults = look(found, f"/bureau/permits/{permit}/grant/")
        fill(page, {**ANSWERED, "conditions": "夜间施工"})
        page.click("button[data-passkey]")
        page.wait_for_url(lambda url: urlsplit(url).path == f"/bureau/permits/{permit}/")
        assert "夜间施工" in page.inner_text("main")
        found.context.close()
    assert faults == []
