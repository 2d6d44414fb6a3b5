"""The one list in a real browser: whole in every width, and worked through by keys alone."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.look import DESK, Visit, look, visit, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def prepared() -> tuple[str, list[str]]:
    """The session of a manager who has a shared filter, and the numbers of the cases to accept."""
    from accounts.models import Organisation
    from accounts.roles import Role
    from desk.models import SavedFilter
    from rules.names import Kind
    from tests.builders import do, filed
    from tests.deadlines.clocks import set_clock
    from tests.people import again, browser, open_demonstration

    people = open_demonstration()
    set_clock("2026-11-02 09:00")
    late = filed(people, Kind.LV_OTHER)
    set_clock("2026-11-23 09:00")
    others = [filed(people, kind) for kind in (Kind.RESIDENTIAL, Kind.LV_SMALL)]
    do(people, filed(people, Kind.HV_SINGLE), "accept")
    manager = again(people["manager"])
    SavedFilter.objects.create(
        owner=manager,
        list="desk",
        name="待受理",
        query="asked=cases.accept",
        role="manager",
        organisation=Organisation.objects.get(pk=manager.organisations(Role.MANAGER)[0]),
    )
    session = browser(manager).cookies["sessionid"].value
    return session, [late.number, *(case.number for case in others)]


def sign_in(found: Visit, session: str) -> None:
    found.context.add_cookies([{"name": "sessionid", "value": session, "url": found.base}])


def test_the_list_is_whole_and_worked_through_by_keys(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    session, numbers = prepared()
    with servers.pages() as address:
        faults = []
        for found in windows(chromium, address):
            sign_in(found, session)
            for path, name in PAGES.items():
                faults += look(found, path, name=name)
        assert faults == []
        desk = visit(chromium, address, language="zh-hans", width=DESK)
        sign_in(desk, session)
        page = desk.page
        page.goto("/desk/")
        for key in ("j", "x", "j", "j", "Space", "k", "x", "x"):
            page.keyboard.press(key)
        page.get_by_role("button", name="受理").click()
        done = page.locator("[data-rows] tbody tr").all_inner_texts()
        assert [row.split()[0] for row in done] == [numbers[0], numbers[2]]
        assert all("已办理" in row for row in done)
        assert desk.faults == []


PAGES = {
    "/desk/": "desk",
    "/desk/?asked=cases.accept": "",
    "/desk/filters/": "desk-filters",
    "/desk/filters/new/?list=desk&asked=cases.accept": "",
    "/work/search/": "work-search",
    "/work/": "",
}
