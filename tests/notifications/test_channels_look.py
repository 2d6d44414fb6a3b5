"""Choosing how one is told, connecting a phone, and stopping, in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from notifications import providers
from notifications.models import Circuit, Delivery, Outbox, Preference
from notifications.stopping import link_for
from portal.outside import played_wechat
from tests.browser import sign_in
from tests.look import look, windows
from tests.notifications.phones import phone, told
from tools.counterparts import app, wechat
from tools.counterparts.gateway import EVENTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHANNELS = "/account/messages/channels/"
#: Where the code of a channel stands.
SHOWN = ".td-summary-list__row:has(form[action$='{}/code/']) strong"


@pytest.fixture
def phones(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """WeChat and the app are open, SMS and e-mail too; quiet hours are kept."""
    (tmp_path / "app").mkdir()
    with phone(wechat, tmp_path) as at_wechat, phone(app, tmp_path / "app") as at_app:
        settings.WECHAT_PROVIDER = "subscription"
        settings.WECHAT_MESSAGES = played_wechat(at_wechat.url)
        settings.APP_URL, settings.APP_SECRETS = at_app.url, [app.PORTAL]
        settings.CHANNEL_SECRETS = {"wechat": [EVENTS], "app": [EVENTS]}
        settings.SMS_PROVIDER = settings.EMAIL_PROVIDER = "counterpart"
        settings.QUIET_HOURS = True
        providers.forget()
        yield
    providers.forget()


def test_a_phone_is_connected_and_topics_and_hours_are_chosen(
    chromium: "Browser", site: str, phones: None
) -> None:
    for found in windows(chromium, site):
        sign_in(found.page, "shop", CHANNELS)
        found.page.locator(f"form[action='{CHANNELS}app/code/'] button").click()
        code = found.page.locator(SHOWN.format("app")).inner_text()
        answer = told("app", "binding.asked", code=code, address=app.ADDRESS)
        assert answer.json() == {"outcome": "bound"}
        found.page.locator(f"form[action='{CHANNELS}wechat/code/'] button").click()
        found.page.locator(SHOWN.format("wechat")).wait_for()
        faults = look(found, "", name="channels")
        found.page.locator("label[for=id_outages_sms]").click()
        found.page.locator("form button").get_by_text("保存", exact=True).or_(
            found.page.locator("form button").get_by_text("Save", exact=True)
        ).first.click()
        found.page.locator("[role=alert], [role=status]").first.wait_for()
        found.page.locator("input[name=mode][value=own]").check(force=True)
        found.page.fill("[name=begin]", "21:00")
        found.page.fill("[name=until]", "06:00")
        found.page.locator("form[action$='quiet-hours/'] button").click()
        found.page.locator(".td-error-message").first.wait_for()
        found.faults.clear()  # a refused form is a 422, which Chromium logs
        faults += look(found, "")
        assert (found.faults, faults) == ([], [])
        party = User.objects.get(username="shop").party
        Preference.objects.filter(party=party, topic="outages").delete()


def test_the_page_that_stops_and_the_operators_page_are_whole(
    chromium: "Browser", site: str, phones: None
) -> None:
    user = User.objects.get(username="shop")
    intent = Outbox(kind="case.submitted", recipient_id=user.party_id)
    path = link_for(Delivery(outbox=intent, channel="sms")).partition("/stop/")[2]
    address = reverse("stop", args=[path.rstrip("/")])
    Circuit.objects.create(
        channel="wechat", provider="subscription", failures=8,
        opened_at=timezone.now(), retry_at=timezone.now(),
    )  # fmt: skip
    for found in windows(chromium, site):
        faults = look(found, address, name="stop")
        found.page.locator("main form button").click()
        found.page.locator("main form").wait_for(state="detached")
        faults += look(found, "", name="stopped")
        Preference.objects.filter(party=user.party_id).delete()
        sign_in(found.page, "administrator", "/account/messages/deliveries/")
        faults += look(found, "/account/messages/deliveries/", name="deliveries")
        assert (found.faults, faults) == ([], [])
