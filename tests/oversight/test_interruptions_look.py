"""Complaints about interruptions in a real browser: from the form to the decision, and their pages
for each side in both languages."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.applications.walking import walker
from tests.look import DESK, PHONE, look, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from oversight.interruptions.models import InterruptionComplaint

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TEXT, SAID, REASONS = "未提前通知就拉闸。", "当日检修，通知未送达。", "通知记录缺失，属违规停电。"


def test_an_enterprise_complains_and_the_company_is_ordered(chromium: "Browser", site: str) -> None:
    from tests.people import open_demonstration

    open_demonstration()
    factory = walker(chromium, site, "factory", width=PHONE, then="/account/")
    lead = walker(chromium, site, "supply-lead", width=DESK, then="/desk/")
    regulator = walker(chromium, site, "regulator", width=DESK, then="/desk/")
    factory.page.goto("/interruptions/")
    factory.send(
        {
            "enterprise": "盐都食品有限公司",
            "district": "510302",
            "address": "汇东路88号",
            "began_at": "2026-01-05T08:00",
            "still_off": "yes",
            "text": TEXT,
        }
    )
    assert "仍在停电" in factory.page.locator("main").inner_text()
    own = factory.page.url
    for walked, act, said in (
        (lead, "explain", {"explanation": SAID}),
        (regulator, "uphold", {"reasons": REASONS}),
        (regulator, "order", {"text": "说明责任，今后按时通知。"}),
    ):
        walked.page.goto("/desk/")
        walked.press("a[href*='/interruptions/']")
        walked.follow(f"/{act}/")
        walked.send(said)
    factory.page.goto(own)
    read = factory.page.locator("main").inner_text()
    assert (SAID in read, REASONS in read, "已责令供电公司整改" in read) == (True,) * 3
    every = (factory, lead, regulator)
    assert [line for walked in every for line in walked.faults + walked.found.faults] == []


def sides() -> "tuple[dict[str, str], list[InterruptionComplaint]]":
    """Sessions, and complaints: urgent, with the power back, and ordered to be put right."""
    from tests.oversight.interruptions import EXPLANATION, complained, ordered, over, step
    from tests.people import again, browser, open_demonstration

    people = open_demonstration()
    found = [complained(people), complained(people, **over()), ordered(people)]
    step(found[1], "explain", people["manager"], EXPLANATION)
    names = ("factory", "manager", "regulator")
    sessions = {who: browser(again(people[who])).cookies["sessionid"].value for who in names}
    return sessions, found


def test_the_pages_of_interruptions_are_whole(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    sessions, complaints = sides()
    urgent, back, ordered = (one.pk for one in complaints)
    own, work, watched = "/interruptions/", "/work/interruptions/", "/oversight/interruptions/"
    seen = {
        "factory": [own, f"{own}{urgent}/", f"{own}{ordered}/", f"{own}{urgent}/attach/",
                    f"{own}{urgent}/restore/"],
        "manager": [work, f"{work}{urgent}/explain/", f"{work}{back}/"],
        "regulator": [watched, f"{watched}?state=late", f"{watched}{back}/", f"{watched}{ordered}/",
                      f"{watched}{urgent}/uphold/", "/disclosure/interruptions/"],
    }  # fmt: skip
    with servers.pages() as site:
        for found in windows(chromium, site):
            assert look(found, own) == []
            for who, pages in seen.items():
                cookie = {"name": "sessionid", "value": sessions[who], "url": site}
                found.context.add_cookies([cookie])  # type: ignore[list-item]
                assert [fault for page in pages for fault in look(found, page)] == []
