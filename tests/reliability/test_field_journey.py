"""From a fault to the power that is back, and from a patrol to works, in a real browser: the lead
at a desk, whoever is out there and the public on a phone."""

from typing import TYPE_CHECKING

import pytest

from tests.applications.walking import Walker, walker
from tests.look import DESK, PHONE
from tests.reliability.test_outages_browser import PUBLIC, prepared

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CREW = {
    "name": "檀木林抢修班", "towns": "510302001\n510302003", "place": "营业厅", "phone": "95598",
    "code": "TM-1", "district": "510302",
}  # fmt: skip
FAULT = {
    "kind": "fault", "nature": "external_fault", "district": "510302", "area": "演示街道一段",
    "cause": "吊车碰线", "elements": "L-TM11",
}  # fmt: skip


def text(walked: Walker) -> str:
    return walked.page.locator("main").inner_text()


def tags(walked: Walker) -> str:
    return walked.page.locator(".td-case__tags").inner_text()


def test_a_crew_goes_to_a_fault_until_the_power_is_back(chromium: "Browser", site: str) -> None:
    from reliability.outages.models import Outage

    prepared()
    lead = walker(chromium, site, "supply-lead", width=DESK, then="/work/repair-crews/")
    lead.press("a[role=button]")
    lead.send(CREW)
    assert "五星街街道" in text(lead)
    field = walker(chromium, site, "project", width=PHONE, then="/work/outages/")
    field.press("a[role=button]")
    field.send(FAULT)
    one = Outage.objects.get()
    public = walker(chromium, site, width=PHONE)
    public.page.goto(f"{PUBLIC}{one.number}/")
    assert "停电中" in tags(public)
    field.follow("/send_crew/")
    field.send()
    assert "请选择：抢修班组" in text(field)
    field.found.faults.clear()  # Chromium logs a 422
    for act, said, seen in (
        ("send_crew", {"crew": "TM-1"}, "抢修人员已出发"),
        ("locate", {"section": "12号杆至15号杆"}, "故障已定位"),
        ("repair", {}, "抢修中"),
    ):
        field.page.goto(f"/work/outages/{one.number}/")
        field.follow(f"/{act}/")
        field.send(said)
        public.page.reload()
        assert seen in text(public)
    field.read()
    field.follow("/restore/")
    field.send()
    public.page.reload()
    assert "已恢复" in tags(public)
    public.read()
    assert "檀木林抢修班" in text(public)
    every = (lead, field, public)
    assert [line for walked in every for line in walked.faults + walked.found.faults] == []


def test_what_a_patrol_finds_leads_to_an_outage_and_is_mended(
    chromium: "Browser", site: str
) -> None:
    from reliability.outages.models import Outage
    from reliability.patrols.models import Defect
    from tests.reliability.outages import at

    prepared()
    lead = walker(chromium, site, "supply-lead", width=DESK, then="/work/patrols/")
    lead.press("a[role=button]")
    lead.send({"element": "P-TM111", "every_days": 30, "due_on": at()[:10]})
    assert "应于" in text(lead)
    field = walker(chromium, site, "project", width=PHONE, then="/desk/")
    field.press("a[href*='/work/patrols/']")
    field.follow("/find/")
    field.send({"severity": "serious", "words": "绝缘子破损"})
    found = Defect.objects.get()
    field.press(f"a[href='/work/defects/{found.pk}/']")
    field.press("a[href*='?defect=']")
    plan = {"planned_from": at(days=9)[:16], "planned_until": at(days=9, hours=3)[:16]}
    said = {
        "kind": "planned", "nature": "maintenance", "district": "510302", "area": "演示街道一段",
        "cause": "更换绝缘子", "not_live_reason": "空间不足",
    }  # fmt: skip
    field.send(plan | said)
    one = Outage.objects.get()
    assert (one.defect, [each.element.code for each in one.elements.all()]) == (found, ["P-TM111"])
    for act, words in (
        ("order_works", {"works": "更换绝缘子"}),
        ("mend", {"mended": "已更换"}),
    ):
        field.page.goto(f"/work/defects/{found.pk}/")
        field.follow(f"/{act}/")
        field.send(words)
    assert "已消除" in tags(field)
    field.read()
    lead.page.goto("/work/defects/?show=mended")
    assert one.defect is not None
    assert found.number in text(lead)
    every = (lead, field)
    assert [line for walked in every for line in walked.faults + walked.found.faults] == []
