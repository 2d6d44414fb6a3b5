"""The grid at the supply desk in a real browser: from a shortage to the case that is to go, and the
pages in both languages."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.applications.walking import Walker
from tests.look import DESK, Visit, look, unreached, visit, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ELEMENTS = "/work/grid/"
#: A public transformer of the demonstration, and its figures with more load than it had.
CODE, NAME = "P-TM111", "檀木林演示甲线1号公变"
FIGURES, LESS = f"{NAME},510302,L-TM11,0.4,400,210", f"{NAME},510302,L-TM11,0.4,400,390"


def prepared() -> tuple[str, str]:
    """The session of the supply company's lead, and a case with more of an element reserved than
    it has by figures that were published since; others wait for room."""
    from applications.states import State
    from applications.supply.actions import set_place
    from core.clock import city_now, local_date
    from core.demonstration import dated
    from publishing import actions, demonstration
    from rules.names import Kind
    from tests.builders import case_at, do, filed
    from tests.people import again, browser, open_demonstration
    from tests.publishing.builders import SOURCE

    people = open_demonstration()
    demonstration.publish(by=people.values())
    lead = people["supply-lead"]
    held = do(
        people, case_at(people, Kind.LV_OTHER, State.ACCEPTED), "reserve_supply", element=CODE
    )
    waiting = filed(people, Kind.LV_OTHER, capacity_kw=300)
    set_place(waiting, "104.7600 29.3560", by=people["manager"])
    do(people, waiting, "accept")
    text = (demonstration.FILES / "capacity.csv").read_text("utf-8")
    text = dated(text, local_date(city_now())).replace(FIGURES, LESS)
    draft = actions.begin(kind="capacity", by=lead, text=text, source=SOURCE, note="负荷实测更新")
    actions.publish(draft=draft, by=lead, sure=True)
    return browser(again(lead)).cookies["sessionid"].value, held.number


def signed_in(found: Visit, session: str) -> Visit:
    found.context.add_cookies([{"name": "sessionid", "value": session, "url": found.base}])
    return found


def test_a_shortage_leads_to_the_case_that_holds_the_room(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    session, number = prepared()
    with servers.pages() as site:
        lead = Walker(signed_in(visit(chromium, site, language="zh-hans", width=DESK), session))
        lead.page.goto(ELEMENTS)
        lead.follow("/work/grid/shortages/")
        row = lead.page.locator("main tbody tr")
        assert (row.count(), NAME in row.inner_text()) == (1, True)
        lead.follow(f"/elements/{CODE}/")
        assert "80 kVA" in lead.page.locator(".td-notice--warning").inner_text()
        lead.follow(f"/work/cases/{number}/")
        assert number in lead.page.locator(".td-case__number").first.inner_text()
        # Typed and sent by keyboard alone.
        lead.page.goto(ELEMENTS)
        lead.page.focus("[name=q]")
        lead.page.keyboard.type(CODE)
        with lead.page.expect_navigation():
            lead.page.keyboard.press("Enter")
        assert lead.page.locator("main tbody tr").count() == 1
        assert lead.found.faults == []


def test_the_pages_of_the_grid_are_whole(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    session, _number = prepared()
    with servers.pages() as site:
        for found in windows(chromium, site):
            assert walk(signed_in(found, session)) == []


def walk(found: Visit) -> list[str]:
    """Every page, full, empty, and asked for what is none; nothing is done."""
    faults = look(found, f"{ELEMENTS}?limited=1") + unreached(found)
    faults += look(found, f"{ELEMENTS}?q=nothing")
    faults += look(found, f"{ELEMENTS}elements/{CODE}/") + unreached(found)
    faults += look(found, f"{ELEMENTS}shortages/")
    faults += look(found, f"{ELEMENTS}shortages/?district=510321")
    faults += look(found, f"{ELEMENTS}customers/") + unreached(found)
    return faults + look(found, f"{ELEMENTS}customers/?on=2020-01-01")
