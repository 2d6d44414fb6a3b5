"""The picture and the table of who held a case in a real browser, on a phone and on a desk."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.look import Visit, look, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass(frozen=True)
class Shown:
    """Who looks, and at what: a case late through all three, a permit late and suspended."""

    factory: str
    regulator: str
    planning: str
    case: str
    permit: int


def prepared() -> Shown:
    """Bring a case over its limit and over the Spring Festival by real actions."""
    from deadlines.sweep import sweep
    from rules.names import Kind
    from tests.applications.test_refiling import set_clock
    from tests.builders import decide_all, do, drafted, open_permits, post_works
    from tests.builders import permit_step as perform
    from tests.people import again, browser, open_demonstration
    from tools.scenarios import FOUR_REVIEWS

    people = open_demonstration()
    set_clock("2026-02-05 10:00")
    case = do(people, drafted(people, Kind.HV_SINGLE), "submit")
    set_clock("2026-02-12 10:00")
    case = do(people, do(people, case, "accept"), "reply_plan")
    set_clock("2026-02-14 15:00")
    case = post_works(people, do(people, case, "confirm_plan"), FOUR_REVIEWS)
    permits = open_permits(case)
    planning = next(one for one in permits if one.permit == "planning")
    for permit in permits:
        perform(permit=permit, action="accept", by=people[permit.bureau], body={})
    set_clock("2026-02-25 10:00")
    body = {"ground": "expert_review", "expected_days": 3}
    perform(permit=planning, action="exclude_time", by=people["planning"], body=body)
    set_clock("2026-02-27 10:00")
    perform(permit=planning, action="resume", by=people["planning"], body={})
    set_clock("2026-03-10 10:00")
    sweep()
    decide_all(people, case)
    set_clock("2026-04-10 10:00")
    sweep()
    sessions = {
        name: browser(again(people[name])).cookies["sessionid"].value
        for name in ("factory", "regulator", "planning")
    }
    return Shown(**sessions, case=case.number, permit=planning.pk)


def walk(found: Visit, shown: Shown) -> list[str]:
    """Look at each page with everything unfolded."""
    faults: list[str] = []
    for session, path, name in (
        (shown.factory, f"/account/cases/{shown.case}/", "case-time"),
        (shown.regulator, f"/oversight/cases/{shown.case}/", ""),
        (shown.regulator, f"/oversight/permits/{shown.permit}/", "permit-time"),
        (shown.planning, f"/bureau/permits/{shown.permit}/", ""),
    ):
        found.context.add_cookies([{"name": "sessionid", "value": session, "url": found.base}])
        faults += look(found, path)
        found.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        faults += look(found, "", name=name)
        assert found.page.locator("figure.td-timeline svg[role=img]").count() == 1
    return faults


def test_who_held_a_case_can_be_seen_and_read_everywhere(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    shown = prepared()
    with servers.pages() as address:
        for found in windows(chromium, address):
            assert walk(found, shown) == []
