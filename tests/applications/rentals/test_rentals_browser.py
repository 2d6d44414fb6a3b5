"""Rentals of temporary supply in a real browser: asked for, confirmed, handed over and back; and
their pages for the public, the applicant and the company in both languages."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.applications.walking import Walker, walker
from tests.look import DESK, PHONE, Visit, look, unreached, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from applications.models import Application
    from applications.rentals.models import Rental
    from tests.builders import People

pytestmark = [pytest.mark.browser, pytest.mark.slow]

UNIT, OTHER = "YS-Z-01", "YS-Z-02"


def wanted() -> "tuple[People, Application]":
    """The demonstration with its register of units, and a case of the shop for temporary use."""
    from publishing.demonstration import publish
    from tests.applications.rentals.renting import wanting
    from tests.people import open_demonstration

    people = open_demonstration()
    publish(by=people.values())
    return people, wanting(people)


def refused(walker: Walker, words: str) -> None:
    """The page as it stands is a refusal that says this, and is whole."""
    assert words in walker.page.locator("main").inner_text()
    walker.found.faults.clear()  # Chromium logs a 422
    walker.faults += look(walker.found, "")


def days(first: int, back: int) -> dict[str, str]:
    from tests.applications.rentals.renting import in_days

    return {"from_day": in_days(first).isoformat(), "until_day": in_days(back).isoformat()}


def test_a_unit_is_asked_for_handed_over_and_taken_back(chromium: "Browser", site: str) -> None:
    from tests.applications.rentals.renting import asked, wanting

    people, case = wanted()
    asked(wanting(people), people["shop"], UNIT, first=2, back=4)
    shop = walker(chromium, site, "shop", width=PHONE, then="/account/")
    manager = walker(chromium, site, "manager", width=DESK, then="/desk/")
    shop.page.goto(f"/account/cases/{case.number}/")
    shop.follow("/rentals/new/")
    shop.follow(f"?unit={UNIT}")
    shop.send(days(1, 3))
    refused(shop, "已有人在您之前申请")
    assert shop.page.locator("[name=from_day]").input_value() == days(1, 3)["from_day"]
    shop.send(days(0, 2))
    manager.page.goto("/work/rental/")
    manager.press(f"tr:has-text('{case.number}') a")
    for action, said in (
        ("confirm", {}),
        ("hand_over", {"condition": "外观完好，铅封在位"}),
        ("take_back", {"condition": "外壳有划痕", "damaged": "yes"}),
    ):
        manager.follow(f"/{action}/")
        manager.send(said)
    assert "有损坏" in manager.page.locator(".td-case__tags").inner_text()
    shop.page.goto(f"/account/cases/{case.number}/")
    shop.press("a[href*='/rentals/']:not([href$='/new/'])")
    assert "外壳有划痕" in shop.page.locator("main").inner_text()
    assert shop.faults + manager.faults + shop.found.faults + manager.found.faults == []


def prepared() -> "tuple[dict[str, str], Application, dict[str, Rental]]":
    """Sessions, a case, and rentals of it by how they stand."""
    from tests.applications.rentals.renting import asked, step
    from tests.people import again, browser

    people, case = wanted()
    shop, manager = people["shop"], people["manager"]
    rentals = {
        "out": step(asked(case, shop, UNIT, first=0, back=2), "confirm", "hand_over", by=manager),
        "declined": step(asked(case, shop, OTHER, first=1, back=3), "decline", by=manager),
        "asked": asked(case, shop, OTHER, first=4, back=6),
    }
    sessions = {
        who: browser(again(people[who])).cookies["sessionid"].value for who in ("shop", "manager")
    }
    return sessions, case, rentals


def test_the_pages_of_rentals_are_whole(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    sessions, case, rentals = prepared()
    with servers.pages() as site:
        for found in windows(chromium, site):
            faults = look(found, "/disclosure/rental/") + unreached(found)
            for who, walk in (("shop", at_home), ("manager", at_work)):
                cookie = {"name": "sessionid", "value": sessions[who], "url": site}
                found.context.add_cookies([cookie])  # type: ignore[list-item]
                faults += walk(found, case, rentals)
            assert faults == []


def at_home(found: Visit, case: "Application", rentals: "dict[str, Rental]") -> list[str]:
    own = f"/account/cases/{case.number}/rentals/"
    faults = look(found, f"{own}new/")
    faults += look(found, f"{own}new/?unit={UNIT}") + unreached(found)
    return faults + look(found, f"{own}{rentals['declined'].pk}/")


def at_work(found: Visit, case: "Application", rentals: "dict[str, Rental]") -> list[str]:
    faults = look(found, "/work/rental/") + unreached(found)
    faults += look(found, "/work/rental/?state=ended&district=510321")
    faults += look(found, "/work/rental/units/")
    faults += look(found, f"/work/rental/{rentals['asked'].pk}/")
    faults += look(found, f"/work/rental/{rentals['out'].pk}/take_back/") + unreached(found)
    with found.page.expect_navigation():
        found.page.click("main form button[type=submit]")
    found.faults.clear()  # a 422
    return faults + look(found, "")
