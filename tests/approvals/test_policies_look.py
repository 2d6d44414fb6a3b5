"""The policy documents and the tables of governance in a real browser: what the public reads, and
a lead's desk."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.look import public_and_desk

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PUBLIC = (
    "/disclosure/policies/", "/disclosure/policies/?bureau=police&permit=greening",
    "/disclosure/standards/permits/", "/disclosure/guides/lv_small/", "/disclosure/group/",
    "/disclosure/projects/", "/disclosure/training/", "/disclosure/practices/",
)  # fmt: skip
DESK = (
    "/work/publish/", "/work/publish/policies/", "/work/publish/policies/row/",
    "/work/publish/training/row/",
)  # fmt: skip


def made() -> str:
    """The tables of the demonstration, and a session of one of those who keep them."""
    from publishing import demonstration
    from tests.people import again, browser, open_demonstration

    people = open_demonstration()
    demonstration.publish(by=people.values())
    return browser(again(people["planning-lead"])).cookies["sessionid"].value


def test_the_pages_are_whole_in_both_languages(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    session = made()
    with servers.pages() as site:
        assert public_and_desk(chromium, site, PUBLIC, DESK, session) == []
