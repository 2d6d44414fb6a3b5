"""The bureau's pages in a real browser: on a phone and on a desk, in both languages."""

from typing import TYPE_CHECKING, Any

import pytest

from tests import servers
from tests.approvals.people import ANSWERED
from tests.browser import fill
from tests.look import Visit, look, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def prepared(bureau: str) -> tuple[str, list[int]]:
    """A session of an officer, and the permits of a case: one suspended, one just received.

    The first was sent with its package, extended by law and chased twice, once answered.
    """
    from applications.states import State
    from approvals.actions import PERMITS
    from approvals.models import Permit
    from rules.names import Kind
    from tests.builders import case_at, packed, post_works
    from tests.people import again, browser, open_demonstration
    from tools.scenarios import FOUR_REVIEWS

    people = open_demonstration()
    sent = case_at(people, Kind.HV_SINGLE, State.PLAN_CONFIRMED)
    works = FOUR_REVIEWS | {"package": packed(people, sent)}
    cases = [post_works(people, sent, works), case_at(people, Kind.HV_SINGLE, State.PERMITS)]
    permits = Permit.objects.filter(bureau=bureau, case_ref__in=[case.ref for case in cases])
    first, second = permits.order_by("id")[:2]
    officer = again(people[bureau])
    PERMITS.perform(first, "accept", by=officer)
    lead, digital = again(people[f"{bureau}-lead"]), again(people["digital"])
    steps: list[tuple[str, User, dict[str, Any]]] = [
        ("extend", lead, {"reason": "现场踏勘需要更多时间"}),
        ("chase", digital, {"words": "请说明进展"}),
        ("answer_chase", officer, {"answer": "专家评审安排在本周"}),
        ("exclude_time", officer, {"ground": "expert_review", "expected_days": 3}),
        ("chase", digital, {}),
    ]
    for action, by, body in steps:
        PERMITS.perform(first, action, by=by, body=body)
    return browser(officer).cookies["sessionid"].value, [first.pk, second.pk]


def sign_in(found: Visit, session: str) -> None:
    found.context.add_cookies([{"name": "sessionid", "value": session, "url": found.base}])


def walk(found: Visit, suspended: int, received: int) -> list[str]:
    """Look at every page of the desk, a refused form among them; nothing is done."""
    faults = look(found, "/bureau/", name="bureau-list")
    faults += look(found, "/bureau/?late=1&bureau=transport")
    faults += look(found, f"/bureau/permits/{suspended}/", name="bureau-permit")
    faults += look(found, f"/bureau/permits/{received}/")
    faults += look(found, f"/bureau/permits/{received}/request_supplement/", name="bureau-step")
    found.page.click("main form button[type=submit]")
    found.page.locator(".td-error-summary").wait_for()
    found.page.wait_for_load_state()
    found.faults.clear()  # a refused form is a 422, which Chromium logs
    faults += look(found, "")
    faults += look(found, f"/bureau/permits/{received}/refuse/")
    fill(found.page, {**ANSWERED, "reason": "占用绿线", "clause": "building_7"})
    found.page.click("main form button[type=submit]")
    found.page.get_by_role("heading", level=1).wait_for()
    found.page.wait_for_load_state()
    found.faults.clear()  # not accepted yet: a 409
    return faults + look(found, "", name="bureau-changed")


def test_the_desk_is_whole(with_people: None, committed_db: str, chromium: "Browser") -> None:
    session, (suspended, received) = prepared("housing")
    with servers.pages() as address:
        for found in windows(chromium, address):
            sign_in(found, session)
            assert walk(found, suspended, received) == []
