"""Word of outages in a real browser: where it begins, what one follows, and how far it was sent."""

from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

from notifications.bulk.models import Broadcast
from notifications.bulk.planning import plan_next
from notifications.webhooks import actions
from notifications.webhooks.models import Endpoint
from reliability.following.models import Follower
from tests.browser import sign_in
from tests.look import look, windows
from tests.people import open_demonstration
from tests.reliability.followers import follows, visitor
from tests.reliability.outages import announced, grid

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FOLLOW = "/disclosure/outages/follow/"
MANY = "/account/messages/broadcasts/"
SYSTEMS = "/account/messages/systems/"


def test_word_of_outages_begins_and_ends_on_a_phone(chromium: "Browser", site: str) -> None:
    grid(open_demonstration())
    for found in windows(chromium, site):
        faults = look(found, FOLLOW, name="follow-door")
        sign_in(found.page, "shop", FOLLOW)
        found.page.locator("main form button[type=submit]").last.click()
        found.page.locator(".td-error-summary").wait_for()
        found.faults.clear()  # a refused form is a 422, which Chromium logs
        for scope, district in (("city", ""), ("district", "510302")):
            found.page.goto(f"{site}{FOLLOW}")
            found.page.select_option("[name=scope]", scope)
            if district:
                found.page.select_option("[name=district]", district)
            found.page.locator("main form button[type=submit]").last.click()
            found.page.locator("[role=alert], [role=status]").first.wait_for()
        faults += look(found, FOLLOW, name="following")
        found.page.locator("main form[action$='/end/'] button").first.click()
        found.page.locator("main form[action$='/end/']").nth(1).wait_for(state="detached")
        assert (found.faults, faults) == ([], [])
        Follower.objects.all().delete()


def test_the_operators_see_how_far_it_is_and_who_is_told(
    chromium: "Browser", site: str, settings: Settings
) -> None:
    project = grid(open_demonstration())
    settings.WEBHOOK_HOSTS = ["hooks.example.org"]
    settings.SMS_PROVIDER = "counterpart"
    for number in range(3):
        follows(visitor(number), "city")
    one = actions.register({"name": "城市大脑", "url": "https://hooks.example.org/outages"})
    announced(project)
    [told] = Broadcast.objects.all()
    plan_next(told.pk)
    for found in windows(chromium, site):
        sign_in(found.page, "administrator", MANY)
        faults = look(found, MANY, name="broadcasts")
        faults += look(found, f"{MANY}{told.pk}/", name="broadcast")
        faults += look(found, SYSTEMS, name="systems")
        faults += look(found, f"{SYSTEMS}{one.pk}/", name="system")
        assert (found.faults, faults) == ([], [])
    assert Endpoint.objects.count() == 1
