"""The pages of orders in a real browser: on a phone and on a desk, in both languages."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.look import Visit, look, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def prepared() -> tuple[dict[str, str], dict[str, str]]:
    """A session for each side, and the numbers of orders in several states, one of them late."""
    from deadlines.sweep import sweep
    from rules.names import Kind
    from tests.builders import case_at, pdf
    from tests.deadlines.clocks import set_clock
    from tests.oversight.orders import PLANNERS, do, issue
    from tests.people import again, browser, open_demonstration

    people = open_demonstration()
    set_clock("2026-11-02 09:30")
    case = case_at(people, Kind.HV_SINGLE, "permits")  # type: ignore[arg-type]
    late = issue(people, days=8, application=case.number, clause="方案三(三)3")
    set_clock("2026-11-16 10:00")
    sweep()
    back = do(people, issue(people), "answer", uploads=[pdf("退款凭证.pdf")])
    set_clock("2026-11-17 15:00")
    back = do(people, back, "return")
    answered = do(people, issue(people), "answer", uploads=[pdf("退款凭证.pdf")])
    up = do(people, issue(people, PLANNERS), "escalate")
    closed = do(people, do(people, issue(people), "answer"), "close")
    rows = {"late": late, "back": back, "answered": answered, "up": up, "closed": closed}
    sides = ("regulator", "supply-lead")
    sessions = {who: browser(again(people[who])).cookies["sessionid"].value for who in sides}
    return sessions, {name: row.number for name, row in rows.items()} | {"case": case.number}


def sign_in(found: Visit, session: str) -> None:
    found.context.add_cookies([{"name": "sessionid", "value": session, "url": found.base}])


def walk_desk(found: Visit, numbers: dict[str, str]) -> list[str]:
    """Every page of those who watch, a refused form among them; nothing is done."""
    faults = look(found, "/oversight/orders/", name="orders-list")
    faults += look(found, "/oversight/orders/?state=closed&party=police")
    for name in ("late", "answered"):
        picture = "order" if name == "answered" else ""
        faults += look(found, f"/oversight/orders/{numbers[name]}/", name=picture)
    faults += look(found, f"/oversight/orders/{numbers['answered']}/return/")
    faults += look(found, f"/oversight/orders/new/?case={numbers['case']}", name="order-new")
    found.page.click("main form button[type=submit]")
    found.page.locator(".td-error-summary").wait_for()
    found.page.wait_for_load_state()
    found.faults.clear()  # a refused form is a 422, which Chromium logs
    faults += look(found, "")
    faults += look(found, f"/oversight/cases/{numbers['case']}/")
    return faults + look(found, "/oversight/")


def walk_own(found: Visit, numbers: dict[str, str]) -> list[str]:
    """Every page of the addressee, its refused answer among them."""
    faults = look(found, "/orders/", name="orders-own")
    faults += look(found, f"/orders/{numbers['back']}/", name="order-answer")
    found.page.click("main form button[type=submit]")
    found.page.locator(".td-error-summary").wait_for()
    found.page.wait_for_load_state()
    found.faults.clear()  # a 422
    faults += look(found, "")
    return faults + look(found, f"/orders/{numbers['closed']}/")


def test_the_pages_of_orders_are_whole(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    sessions, numbers = prepared()
    with servers.pages() as address:
        for found in windows(chromium, address):
            for who, walk in (("regulator", walk_desk), ("supply-lead", walk_own)):
                sign_in(found, sessions[who])
                assert walk(found, numbers) == []
