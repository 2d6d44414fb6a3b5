"""The published figures in a real browser: what the public reads, and the desk of the lead agency
with a recount that differs."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.look import public_and_desk

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PUBLIC = (
    "/disclosure/statistics/", "/disclosure/statistics/?period=2026-02&kind=residential",
    "/disclosure/statistics/2026-03/2/",
)  # fmt: skip
DESK = (
    "/oversight/statistics/?period=2026-03", "/oversight/statistics/2026-03/",
    "/oversight/cases/?show=missed&period=2026-03",
)  # fmt: skip


def made() -> str:
    """Figures of two months, one revised, with another difference; a session of the lead agency."""
    from applications.timings.periods import Period
    from applications.timings.releases import revise
    from tests.applications.timings.figures import a_quarter, energised, later
    from tests.people import again, browser, open_demonstration

    people = open_demonstration()
    a_quarter(people)
    for day in ("30", "31"):
        energised(people, f"2026-03-{day}", 2)
        later("2026-04-06")
        if day == "30":
            revise(period=Period(2026, 3), by=people["lead-agency"], reason="一件办件计数较晚")
    return browser(again(people["lead-agency"])).cookies["sessionid"].value


def test_the_pages_are_whole_in_both_languages(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    session = made()
    with servers.pages() as site:
        assert public_and_desk(chromium, site, PUBLIC, DESK, session) == []
