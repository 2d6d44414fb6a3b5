"""Orderly use in a real browser: its pages for each side and in public, in both languages."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.look import look, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def sides() -> tuple[dict[str, str], dict[str, list[str]]]:
    """Sessions, and for each the pages of a plan with a district that was given back, one that is
    accepted, an execution that goes on and one that was corrected; and a draft."""
    from oversight.orderly.actions import draft
    from tests.oversight import orderly
    from tests.people import again, browser, open_demonstration

    people = open_demonstration()
    plan = orderly.issued(people)
    given, accepted = orderly.of_district(plan), orderly.of_district(plan, "510303")
    for one in (given, accepted):
        orderly.step(one, "hand_in", people["district-lead"], orderly.HANDED_IN)
    orderly.step(given, "give_back", people["lead-agency"], {"reasons": "缺少IV级测算"})
    orderly.step(accepted, "accept", people["lead-agency"])
    running, ended = orderly.begun(people, plan), orderly.begun(people, plan, level=2)
    lead = people["supply-lead"]
    orderly.take(ended, "end", lead, {"shed_mw": "8.5"})
    correction = {"ordered_mw": 9, "shed_mw": "8.75", "reason": "overload", "why": "复核表计"}
    orderly.take(ended, "correct", lead, correction)
    drafted = draft(body=orderly.plan_body(name="2027年迎峰度夏"), by=people["lead-agency"])
    watched, work = "/oversight/orderly-use/", "/work/orderly-use/"
    pages = {
        "lead-agency": [watched, f"{watched}new/", f"{watched}{plan.pk}/",
                        f"{watched}{drafted.pk}/", f"{watched}{drafted.pk}/change/",
                        f"{watched}districts/{accepted.pk}/"],
        "district-lead": [f"{watched}districts/{given.pk}/",
                          f"{watched}districts/{given.pk}/hand_in/", "/desk/"],
        "regulator": [f"{watched}executions/{ended.pk}/"],
        "supply-lead": [work, f"{work}new/", f"{work}{running.pk}/", f"{work}{ended.pk}/correct/",
                        "/disclosure/orderly-use/"],
    }  # fmt: skip
    return {who: browser(again(people[who])).cookies["sessionid"].value for who in pages}, pages


def test_the_pages_of_orderly_use_are_whole(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    sessions, seen = sides()
    with servers.pages() as site:
        for found in windows(chromium, site):
            for who, pages in seen.items():
                cookie = {"name": "sessionid", "value": sessions[who], "url": site}
                found.context.add_cookies([cookie])  # type: ignore[list-item]
                assert [fault for page in pages for fault in look(found, page)] == []
