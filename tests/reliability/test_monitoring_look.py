"""Suggested faults and what monitoring told, in a real browser."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.look import look, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django import Settings

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def ready() -> tuple[str, list[str]]:
    """The lead's session, and the pages: a fault that waits, a momentary one, one that became an
    outage with its voltage back, and what is unclear."""
    from reliability.monitoring.models import Suggestion
    from reliability.outages.actions import enter
    from tests.people import again, browser, open_demonstration
    from tests.publishing import builders
    from tests.reliability.monitoring import back, event, send, when
    from tests.reliability.outages import FAULT, grid
    from tests.reliability.test_monitoring import WIDER

    people = open_demonstration()
    project = grid(people)
    builders.published("capacity", WIDER, people["supply-lead"])
    at = when(300)
    send(event("P-1", at=at), event("P-2", at=at, section="3号杆—7号杆"))
    one = Suggestion.objects.get()
    outage = enter(body=FAULT | {"number_of_suggestion": one.number}, by=project)
    later = at + timedelta(minutes=240)
    send(event("L-2", "switch.tripped", later), event("L-2", "switch.reclosed", later))
    send(event("P-3", at=when(9)), back("P-1"), back("P-2"), system="ami")
    send(event("P-3", at=when(9)), event("X-9"), event("P-3", "电压骤降"), "P-3 off")
    waits = Suggestion.objects.filter(state="waiting").latest("id")
    pages = [
        "/work/outages/", "/work/fault-suggestions/", "/work/fault-suggestions/?show=decided",
        f"/work/fault-suggestions/{waits.pk}/", f"/work/fault-suggestions/{waits.pk}/set_aside/",
        f"/work/fault-suggestions/{waits.pk}/join/", f"/work/fault-suggestions/{one.pk}/",
        f"/work/outages/new/?suggestion={waits.number}", f"/work/outages/{outage.number}/",
        "/work/fault-suggestions/unclear/",
    ]  # fmt: skip
    return browser(again(people["supply-lead"])).cookies["sessionid"].value, pages


def test_the_pages_of_monitoring_are_whole(
    with_people: None, committed_db: str, chromium: "Browser", settings: "Settings"
) -> None:
    from tests.reliability.monitoring import SYSTEMS
    from tools.counterparts.monitoring import EVENTS

    settings.MONITORING_SECRETS = {system: [EVENTS] for system in SYSTEMS}
    session, pages = ready()
    with servers.pages() as site:
        for found in windows(chromium, site):
            cookie = {"name": "sessionid", "value": session, "url": site}
            found.context.add_cookies([cookie])  # type: ignore[list-item]
            assert [fault for page in pages for fault in look(found, page)] == []
