"""The supply of a case from the grid in a real browser: proposed, reserved with a plan, seen by the
public, released; two who want the same room; and its pages in both languages."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.applications.walking import Walker, walker
from tests.look import DESK, PHONE, Visit, look, unreached, visit, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from applications.models import Application
    from rules.names import Kind
    from tests.builders import People

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Some 800 m from the first line of the demonstration's grid, at whose substation two buses are.
HERE = "104.7600 29.3560"
LINE, SAME_BUS, OTHER_BUS = "L-TM11", "B-TM1", "L-TM21"
SUMMARY = "由檀木林变电站两段母线双电源供电，每路一台变压器；" * 6
LINES = {"line_1_part": "beyond_boundary", "line_1_builder": "applicant"}


def grid() -> "People":
    """The tables of the demonstration, and its people."""
    from publishing.demonstration import publish
    from tests.people import open_demonstration

    people = open_demonstration()
    publish(by=people.values())
    return people


def case_in(people: "People", kind: "Kind", state: str, place: str = "") -> "Application":
    from applications.states import State
    from applications.supply.actions import set_place
    from tests.builders import case_at

    case = case_at(people, kind, State(state))
    if place:
        set_place(case, place, by=people["manager"])
    return case


def open_of(public: Visit, name: str) -> str:
    """What the public reads that an element can still take."""
    public.page.goto("/disclosure/capacity/")
    public.page.reload()  # a browser keeps a public page for a minute
    row = public.page.locator("tr", has_text=name)
    return row.locator("td[data-head^='可开放容量']").inner_text()


def whole(walker: Walker) -> str:
    """All that the page says, what is folded too."""
    return walker.page.locator("main").text_content() or ""


def refused(walker: Walker, words: str) -> None:
    """The page as it stands is a refusal that says this, and is whole."""
    assert words in walker.page.locator("main").inner_text()
    walker.found.faults.clear()  # Chromium logs a 409 or 422
    walker.faults += look(walker.found, "")


def test_a_plan_for_two_sources_is_reserved_and_freed_with_its_case(
    chromium: "Browser", site: str
) -> None:
    from rules.names import Kind

    number = case_in(grid(), Kind.HV_DUAL, "accepted").number
    public = visit(chromium, site, language="zh-hans", width=DESK)
    manager = walker(chromium, site, "manager", width=DESK, then="/desk/")
    factory = walker(chromium, site, "factory", width=PHONE, then="/account/")
    supply, line = f"/work/cases/{number}/supply/", "演示檀木林10kV演示甲线"
    manager.page.goto(supply)
    manager.send({"position": "29.3560 104.7600"})
    refused(manager, "经度和纬度颠倒了")
    manager.send({"position": HERE})
    assert open_of(public, line) == "3,500"

    manager.follow(f"/reply_plan/?supply={LINE}")
    manager.send({"summary": SUMMARY, "supply_2": SAME_BUS, **LINES})
    refused(manager, "互不独立")
    assert manager.page.locator("[name=summary]").input_value() == SUMMARY
    manager.send({"supply_2": OTHER_BUS})
    assert open_of(public, line) == "1,500"

    factory.page.goto(f"/account/cases/{number}/")
    assert f"{line}：已预留 2,000 kVA" in whole(factory)
    factory.follow("/withdraw/")
    factory.send({"reason": "项目不建了"})
    factory.page.goto(f"/account/cases/{number}/")
    assert "释放：办件已结束" in whole(factory)
    assert open_of(public, line) == "3,500"
    assert manager.faults + factory.faults + public.faults == []


def test_of_two_who_want_the_same_room_the_second_reads_who_has_it_and_what_is_left(
    chromium: "Browser", site: str
) -> None:
    from rules.names import Kind
    from tests.builders import again

    people = grid()
    one, other, large = (case_in(people, Kind.LV_OTHER, "contracted", HERE) for _number in range(3))
    first = walker(chromium, site, "manager", width=DESK, then="/desk/")
    second = walker(chromium, site, "project", width=DESK, then="/desk/")
    near = "form:has([value='P-TM111']) button"
    for walker_, case in ((first, one), (second, one)):
        walker_.page.goto(f"/work/cases/{case.number}/supply/")
    with first.page.expect_navigation():
        first.page.locator(near).dblclick()
    assert "90 kVA" in whole(first)
    assert again(one).version == one.version + 1
    second.press(near)
    refused(second, "客户经理")
    second.page.goto(f"/work/cases/{other.number}/supply/")
    first.page.goto(f"/work/cases/{large.number}/supply/")
    second.press(near)
    first.press(near)
    refused(first, "还可接入 10 kVA，需要 90 kVA")
    assert again(large).version == large.version
    assert first.faults + second.faults == []


def prepared(people: "People") -> dict[str, str]:
    """Sessions by username, and numbers of cases by how it stands with their supply."""
    from applications.supply.actions import set_place
    from rules.names import Kind
    from tests.applications.plans.replies import reply
    from tests.builders import do, filed
    from tests.people import again, browser

    waiting = filed(people, Kind.LV_OTHER, capacity_kw=300)
    set_place(waiting, HERE, by=people["manager"])
    unplanned = case_in(people, Kind.HV_DUAL, "accepted", HERE)
    found = {
        "waiting": do(people, waiting, "accept"),
        "unplanned": unplanned,
        "nowhere": case_in(people, Kind.HV_SINGLE, "accepted"),
        "unreserved": do(
            people, case_in(people, Kind.HV_SINGLE, "accepted"), "reply_plan", **reply()
        ),
    }
    sessions = {
        who: browser(again(people[who])).cookies["sessionid"].value
        for who in ("manager", "shop", "factory")
    }
    return {name: case.number for name, case in found.items()} | sessions


def test_the_pages_of_a_supply_are_whole(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    told = prepared(grid())
    with servers.pages() as site:
        for found in windows(chromium, site):
            assert walk(found, told) == []


def walk(found: Visit, told: dict[str, str]) -> list[str]:
    """Every page as it stands, forms that are refused among them; nothing is done."""
    as_who(found, told["manager"])
    faults = look(found, f"/work/cases/{told['nowhere']}/supply/")
    faults += look(found, f"/work/cases/{told['waiting']}/supply/")
    faults += look(found, f"/work/cases/{told['unplanned']}/supply/") + unreached(found)
    faults += look(found, f"/work/cases/{told['unplanned']}/reply_plan/?supply={LINE}")
    faults += unreached(found)
    found.page.goto(f"/work/cases/{told['nowhere']}/reply_plan/")
    found.page.fill("[name=summary]", SUMMARY)
    with found.page.expect_navigation():
        found.page.locator("main form button[type=submit]").last.click()
    assert found.page.locator(".td-error-summary [href='#id_unreserved']").count() == 1
    found.faults.clear()  # a 422
    faults += look(found, "")
    for who, name in (("shop", "waiting"), ("factory", "unreserved")):
        as_who(found, told[who])
        faults += look(found, f"/account/cases/{told[name]}/")
    return faults


def as_who(found: Visit, session: str) -> None:
    found.context.add_cookies([{"name": "sessionid", "value": session, "url": found.base}])
