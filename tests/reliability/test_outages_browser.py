"""Outages in a real browser: announced and worked at the desk, followed on a phone."""

from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

from tests import servers
from tests.applications.walking import walker
from tests.look import DESK, PHONE, look, unreached, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.builders import People

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PUBLIC = "/disclosure/outages/"


def prepared() -> "People":
    """The demonstration with its grid."""
    from publishing import demonstration
    from tests.people import open_demonstration

    people = open_demonstration()
    demonstration.publish(by=people.values())
    return people


def test_an_outage_is_announced_worked_and_followed(chromium: "Browser", site: str) -> None:
    from reliability.outages.models import Outage
    from tests.reliability.outages import at

    prepared()
    desk = walker(chromium, site, "project", width=DESK, then="/work/outages/")
    public = walker(chromium, site, "resident", width=PHONE, then=PUBLIC)
    desk.press("a[role=button]")
    desk.read()
    said = {
        "kind": "planned", "nature": "grid_works", "district": "510302", "area": "演示街道一段",
        "cause": "更换电缆", "elements": "P-TM111", "planned_from": at(days=2)[:16],
        "planned_until": at(days=2, hours=3)[:16],
    }  # fmt: skip
    desk.send(said)
    refused = desk.page.locator("main").inner_text()
    assert "say why so late" in refused
    assert "can be done live" in refused
    desk.found.faults.clear()  # Chromium logs a 422
    desk.faults += look(desk.found, "", name="outage-refused")
    desk.send({"short_notice_reason": "道路塌陷", "not_live_reason": "电缆沟内空间不足"})
    one = Outage.objects.get()
    public.page.goto(f"{PUBLIC}{one.number}/")
    public.read()
    for act in ("start", "restore"):
        desk.page.goto(f"/work/outages/{one.number}/{act}/")
        desk.read()
        desk.send({})
    public.page.reload()
    public.read()
    assert "已恢复" in public.page.locator(".td-case__tags").inner_text()
    assert (desk.faults, public.faults) == ([], [])


def test_pages_of_outages_look_well(
    with_people: None, committed_db: str, chromium: "Browser", settings: Settings
) -> None:
    from reliability import demonstration
    from reliability.outages.models import Outage
    from tests.people import again, browser

    people = prepared()
    demonstration.make(people)
    ahead, off = Outage.objects.filter(state="announced")[0], Outage.objects.get(state="repairing")
    session = browser(again(people["project"])).cookies["sessionid"].value
    settings.MAP_APPROVAL_NUMBER = "川S【2026】00000号（测试）"
    faults: list[str] = []
    with servers.pages() as site:
        for found in windows(chromium, site):
            faults += look(found, f"{PUBLIC}?show=now", name="outages-public")
            faults += look(found, f"{PUBLIC}?show=planned")
            faults += look(found, f"{PUBLIC}{off.number}/", name="outage-public") + unreached(found)
            faults += look(found, f"{PUBLIC}customer/")
            faults += look(found, f"{PUBLIC}earlier/")
            found.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
            faults += look(found, "/work/outages/", name="outages")
            faults += look(found, f"/work/outages/{off.number}/", name="outage")
            faults += look(found, f"/work/outages/{ahead.number}/change/", name="outage-change")
            faults += look(found, "/work/outages/new/", name="outage-new")
    assert faults == []
