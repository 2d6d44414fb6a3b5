"""The map in a real browser: for the public under an approval number, and for the desks."""

from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

from tests import servers
from tests.look import Visit, look, visit, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGE, DESK = "/disclosure/capacity/map/", "/work/grid/map/"


def prepared() -> str:
    """The tables of the demonstration, and a manager's session."""
    from publishing import demonstration
    from tests.people import again, browser, open_demonstration

    people = open_demonstration()
    demonstration.publish(by=people.values())
    return browser(again(people["manager"])).cookies["sessionid"].value


def drawn(found: Visit) -> dict[str, int]:
    """How many areas, labels and elements the map has."""
    page = found.page
    return {
        name: page.locator(f"[data-map] {what}").count()
        for name, what in {
            "areas": "path.td-map-area", "labels": ".td-map-label:visible",
            "elements": "path.td-map-element",
        }.items()
    }  # fmt: skip


def test_the_map_is_drawn_beside_its_table(
    with_people: None, committed_db: str, chromium: "Browser", settings: Settings
) -> None:
    session = prepared()
    with servers.pages() as site:
        assert seen(chromium, site, session, settings) == []


def seen(chromium: "Browser", site: str, session: str, settings: Settings) -> list[str]:
    """What is wrong with the public page and the desks' own, in both languages."""
    faults: list[str] = []
    without = visit(chromium, site, language="zh-hans")
    without.page.goto(PAGE)
    assert without.page.locator("[data-map]").count() == 0
    without.context.close()
    settings.MAP_APPROVAL_NUMBER = "川S【2026】00000号（测试）"
    for found in windows(chromium, site):
        faults += look(found, f"{PAGE}?district=", name="disclosure-areas")
        assert (drawn(found)["areas"], drawn(found)["labels"] > 1) == (11, True)
        area = found.page.locator("path.td-map-area").first
        area.focus()
        area.press("Enter")
        assert found.page.locator(".leaflet-popup-content").inner_text()
        faults += look(found, "")
        found.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        faults += look(found, DESK)
        found.page.goto(f"{DESK}?area=A-TM")
        found.page.locator("path.td-map-element").first.wait_for()
        faults += look(found, "", name="grid-map")
    return faults
