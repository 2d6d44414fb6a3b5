"""The publicity calendar in a real browser, with something overdue, something to come and what was
published lately."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.look import public_and_desk

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PUBLIC = ("/disclosure/calendar/",)
WATCHED = ("/oversight/",)


def made() -> str:
    """The tables of the demonstration, a line of old figures; and a session of the lead agency."""
    from publishing import demonstration
    from tests.oversight.test_publicity import capacity
    from tests.people import again, browser, open_demonstration
    from tests.publishing import builders

    people = open_demonstration()
    demonstration.publish(by=people.values())
    text = builders.CAPACITY + capacity("YS-OLD", "2026-01-01")
    builders.published("capacity", text, people["supply-lead"])
    return browser(again(people["lead-agency"])).cookies["sessionid"].value


def test_the_pages_are_whole_in_both_languages(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    session = made()
    with servers.pages() as site:
        assert public_and_desk(chromium, site, PUBLIC, WATCHED, session) == []
