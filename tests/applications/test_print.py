"""A case is printed on one sheet of A4: what a person takes to a counter."""

from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pytest

from tests import servers
from tests.look import windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from applications.models import Application

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def prepared() -> tuple[str, dict[str, str]]:
    """The session of the factory, and its cases by what has become of them."""
    from applications.states import State
    from rules.names import Kind
    from tests.builders import case_at, decide_all, do, post_works
    from tests.people import again, browser, open_demonstration
    from tools.scenarios import FOUR_REVIEWS

    people = open_demonstration()

    def in_permits() -> "Application":
        return post_works(people, case_at(people, Kind.HV_DUAL, State.DESIGN_PASSED), FOUR_REVIEWS)

    refused = in_permits()
    decide_all(people, refused, refuse="planning")
    ended = do(people, case_at(people, Kind.HV_DUAL, State.ENERGISED), "rate", level=4)
    cases = {"in permits": in_permits().number, "refused": refused.number, "ended": ended.number}
    return browser(again(people["factory"])).cookies["sessionid"].value, cases


def test_a_factory_case_takes_one_sheet(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    session, cases = prepared()
    sheets = {}
    with servers.pages() as address:
        for found in windows(chromium, address):
            found.context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
            for name, number in cases.items():
                found.page.goto(f"/account/cases/{number}/")
                printed = found.page.pdf(format="A4", prefer_css_page_size=True)
                with pikepdf.open(BytesIO(printed)) as document:
                    sheets[name, found.language] = len(document.pages)
    assert sheets == dict.fromkeys(sheets, 1)
