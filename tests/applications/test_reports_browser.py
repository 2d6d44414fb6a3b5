"""Reporting dangerous digging on a phone without an account, and working it at a desk, in a real
browser; and the pages of each side in both languages."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.applications.walking import walker
from tests.look import DESK, PHONE, Visit, look, unreached, visit, windows
from tests.notifications.counterpart import At

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from reliability.reports.models import Report

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MOBILE, TEXT = "13912340001", "挖掘机在电缆标桩旁开挖，无人看护。"


def test_somebody_reports_on_a_phone_and_is_answered(
    chromium: "Browser", site: str, sms: At, tmp_path: "Path"
) -> None:
    from tests.applications.test_without_account_browser import type_code
    from tests.people import open_demonstration
    from tests.reliability.reporting import ANSWER, photo

    open_demonstration()
    file = tmp_path / "photo.jpg"
    file.write_bytes(photo().read())
    found = visit(chromium, site, language="zh-hans", width=PHONE)
    found.context.grant_permissions(["geolocation"])
    found.context.set_geolocation({"longitude": 104.7788, "latitude": 29.3391})
    page, faults = found.page, look(found, "/reports/", name="reports-start")
    page.click("main a[href='/reports/new/digging/']")
    page.locator("[name=phone]").wait_for()
    faults += look(found, "", name="report-phone")
    page.fill("[name=phone]", MOBILE)
    page.click("form[action='/apply/phone/'] button")
    type_code(page, sms, MOBILE)
    assert page.url.endswith("/reports/new/digging/")
    page.click("button[data-place]")
    page.wait_for_function("document.querySelector('[name=longitude]').value !== ''")
    assert page.input_value("[name=latitude]") == "29.339100"
    page.select_option("[name=district]", "510302")
    page.fill("[name=place]", "五星街12号门口")
    page.set_input_files("[name=evidence]", file)
    faults += look(found, "", name="report-new")
    page.fill("[name=text]", TEXT)
    with page.expect_navigation():
        page.click("main form button[type=submit]")
    page.locator(".td-error-summary").wait_for()  # without a sort of place
    found.faults.clear()  # Chromium logs a 422
    faults += look(found, "", name="report-refused")
    page.click("label[for=id_where_1]")
    page.set_input_files("[name=evidence]", file)
    with page.expect_navigation():
        page.click("main form button[type=submit]")
    number = re.search(r"ZGJ\d+", page.url)
    assert number
    faults += look(found, "", name="report-own")
    assert TEXT in page.locator("main").inner_text()

    officer = walker(chromium, site, "city-management", width=DESK, then="/desk/")
    officer.press("a[href*='/bureau/reports/']")
    officer.read("report-desk")
    officer.press("a[href$='/take_on/'], button:has-text('接办')")
    if "take_on" in officer.page.url:
        officer.send()
    officer.follow("/close/")
    officer.send({"outcome": "confirmed", "answer": ANSWER})
    page.reload()
    assert ANSWER in page.locator("main").inner_text()
    faults += look(found, "", name="report-answered")
    assert faults + officer.faults + officer.found.faults == []


def sides() -> "tuple[dict[str, str], list[Report]]":
    """Sessions, and reports: of a road, of power that is out in one street, closed."""
    from tests.people import again, browser, open_demonstration
    from tests.reliability.reporting import (
        CLOSING,
        OUT,
        closed,
        outage,
        photo,
        reported,
        step,
        visitor,
    )

    people = open_demonstration()
    by = people["city-management"]
    ended = closed(reported(people["resident"], photos=[photo()]), by)
    first = reported(visitor())
    road = reported(people["resident"], photos=[photo()])
    step(road, "take_on", by)
    step(road, "note", by, text="现场已围挡，机械停工，正在核对施工许可。", uploads=[photo()])
    dark = [reported(visitor(f"1391234000{each}"), OUT) for each in range(3)]
    elsewhere = reported(people["resident"], OUT, place="檀木林街3号")
    outage(area="檀木林街")
    with_penalty = step(
        first, "close", by, **CLOSING, penalty_by="市城市管理行政执法局",
        penalty_clause="《电力法》第六十条", penalty_yuan="5000",
    )  # fmt: skip
    names = ("resident", "project", "city-management", "regulator")
    sessions = {who: browser(again(people[who])).cookies["sessionid"].value for who in names}
    return sessions, [road, dark[0], elsewhere, ended, with_penalty]


def test_the_pages_of_reports_are_whole(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    from tests import servers

    sessions, reports = sides()
    walks = {"resident": at_home, "project": at_work, "city-management": at_bureau,
             "regulator": watching}  # fmt: skip
    with servers.pages() as address:
        for found in windows(chromium, address):
            assert look(found, "/reports/new/power_out/") == []
            assert look(found, "/disclosure/reports/", name="public-reports") == []
            for who, walk in walks.items():
                cookie = {"name": "sessionid", "value": sessions[who], "url": address}
                found.context.add_cookies([cookie])  # type: ignore[list-item]
                assert walk(found, reports) == []


def at_home(found: Visit, reports: "list[Report]") -> list[str]:
    _road, _dark, elsewhere, ended, _penalty = reports
    faults = look(found, "/reports/") + look(found, f"/reports/{ended.number}/")
    faults += look(found, "/reports/new/digging/") + unreached(found)
    return faults + look(found, f"/reports/{elsewhere.number}/", name="report-known-outage")


def at_work(found: Visit, reports: "list[Report]") -> list[str]:
    faults = look(found, "/work/reports/", name="reports-work") + unreached(found)
    return faults + look(found, f"/work/reports/{reports[1].pk}/", name="report-dark")


def at_bureau(found: Visit, reports: "list[Report]") -> list[str]:
    road, _dark, _elsewhere, _ended, penalty = reports
    faults = look(found, f"/bureau/reports/{road.pk}/", name="report-bureau") + unreached(found)
    for act in ("close", "hand_over", "join", "link_outage", "see_reporter", "note"):
        name = "report-close" if act == "close" else ""
        faults += look(found, f"/bureau/reports/{road.pk}/{act}/", name=name)
    faults += look(found, "/bureau/reports/?state=closed")
    return faults + look(found, f"/bureau/reports/{penalty.pk}/", name="report-penalty")


def watching(found: Visit, reports: "list[Report]") -> list[str]:
    faults = look(found, "/oversight/reports/")
    return faults + look(found, f"/oversight/reports/{reports[1].pk}/")
