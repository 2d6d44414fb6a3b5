"""News in a real browser: what the public reads, and the desk of whoever writes it."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.look import public_and_desk

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PUBLIC = (
    "/disclosure/",
    "/disclosure/news/",
    "/disclosure/news/demo-2/",
    "/disclosure/news/demo-1/",
)
DESK = ("/work/publish/news/", "/work/publish/news/row/")


def made() -> str:
    """The texts of the demonstration, one corrected and one taken back; and a session of one of
    those who keep them."""
    from publishing import actions, demonstration
    from publishing.tables import table_of
    from tests.people import again, browser, open_demonstration
    from tests.publishing.builders import in_force

    people = open_demonstration()
    demonstration.publish(by=people.values())
    rows, by = table_of("news").rows.standing(), people["supply-lead"]
    back = actions.begin_withdrawal(
        row=rows.get(code="demo-1"), kind="news", by=by, note="这一条只是演示"
    )
    in_force(back, by)
    text = "code,publisher,title,body\ndemo-2,supply-company,演示：更正后的标题,更正后的内容\n"
    corrected = actions.begin(kind="news", by=by, text=text, source="演示", note="标题写错了")
    in_force(corrected, by)
    return browser(again(by)).cookies["sessionid"].value


def test_the_pages_are_whole_in_both_languages(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    session = made()
    with servers.pages() as site:
        assert public_and_desk(chromium, site, PUBLIC, DESK, session) == []
