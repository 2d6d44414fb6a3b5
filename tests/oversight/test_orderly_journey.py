"""Orderly use in a real browser, from the city's plan to what is public: those who plan and watch
at a desk, the public on a phone."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.applications.walking import Walker, walker
from tests.look import DESK, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WATCHED, WORK = "/oversight/orderly-use/", "/work/orderly-use/"
DISTRICT = "自流井区"


def text(walked: Walker) -> str:
    return walked.page.locator("main").inner_text()


def test_a_plan_is_issued_chased_handed_in_carried_out_and_published(
    chromium: "Browser", site: str
) -> None:
    from core.clock import city_now
    from tests.oversight.orderly import LEVELS, NAME
    from tests.oversight.scenes import set_clock
    from tests.people import open_demonstration

    open_demonstration()
    set_clock("2026-11-02T09:00")
    agency = walker(chromium, site, "lead-agency", width=DESK, then=WATCHED)
    agency.press("a[role=button]")
    days = {"begins_on": "2026-11-02", "ends_on": "2026-10-31"}
    agency.send({"name": NAME, **days, **LEVELS})
    agency.page.check("[name=livelihood][value=residents]", force=True)
    agency.page.check("[name=important][value=emergency]", force=True)
    agency.send()
    assert "结束日期早于开始日期" in text(agency)
    agency.found.faults.clear()  # Chromium logs a 422
    agency.send({"ends_on": "2027-02-28"})
    agency.follow("/issue/")
    agency.send()
    plan = agency.page.url.removeprefix(site)
    set_clock((city_now() + timedelta(days=60)).strftime("%Y-%m-%dT09:00"))

    regulator = walker(chromium, site, "regulator", width=DESK, then="/desk/")
    regulator.press(f"tr:has-text('{DISTRICT}') a[href*='{WATCHED}districts/']")
    regulator.follow("/chase/")
    regulator.send({"words": "请于本周内上报。"})
    assert "今天已经催办过该区县" in text(regulator)

    district = walker(chromium, site, "district-lead", width=DESK, then="/desk/")
    district.press(f"tr:has-text('{DISTRICT}') a[href*='{WATCHED}districts/']")
    assert "请于本周内上报。" in text(district)
    district.follow("/hand_in/")
    district.send(dict.fromkeys(LEVELS, "２") | {"words": "按行业错峰。"})
    agency.page.goto("/desk/")
    agency.press(f"a[href*='{WATCHED}districts/']")
    agency.follow("/accept/")
    agency.send()

    company = walker(chromium, site, "supply-lead", width=DESK, then=WORK)
    company.press("a[role=button]")
    company.page.check("[name=districts][value='510302']", force=True)
    company.send({"plan": plan.rstrip("/").rpartition("/")[2], "level": 4, "reason": "shortage",
                  "ordered_mw": "9"})  # fmt: skip
    company.follow("/end/")
    company.send({"shed_mw": "8.5"})
    company.follow("/correct/")
    company.send({"shed_mw": "8.75", "why": "复核表计"})
    company.read()

    public = walker(chromium, site, width=PHONE)
    public.page.goto("/disclosure/orderly-use/")
    read = text(public)
    assert [part for part in (NAME, "逾期", "8.75", "复核表计") if part not in read] == []
    assert "按行业错峰。" not in read
    public.read()
    every = (agency, regulator, district, company, public)
    assert [line for walked in every for line in walked.faults + walked.found.faults] == []
