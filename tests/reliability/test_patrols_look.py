"""Repair crews, patrols, defects and the figures of repairs in a real browser."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.look import look, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def ready() -> tuple[dict[str, str], list[str]]:
    """The lead's session, and the pages: a fault with its crew, a patrol, a defect."""
    from tests.people import again, browser, open_demonstration
    from tests.reliability.outages import do, grid, reported
    from tests.reliability.patrols import patrolled, reported_defect
    from tests.reliability.repairs import registered

    people = open_demonstration()
    project = grid(people)
    lead = people["supply-lead"]
    crew = registered(lead, towns=["510302001"])
    patrol, defect = patrolled(lead), reported_defect(project, severity="critical")
    do(do(reported(project), "send_crew", project, crew="QX-1"), "repair", project)
    off = reported(project)
    pages = [
        "/work/repair-crews/", f"/work/repair-crews/{crew.pk}/change/", "/work/patrols/",
        f"/work/patrols/{patrol.pk}/", f"/work/patrols/{patrol.pk}/find/", "/work/defects/",
        f"/work/defects/{defect.pk}/", "/work/outages/repairs/", "/disclosure/repairs/",
        f"/work/outages/{off.number}/send_crew/",
    ]  # fmt: skip
    return {"lead": browser(again(lead)).cookies["sessionid"].value}, pages


def test_the_pages_of_crews_and_patrols_are_whole(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    sessions, pages = ready()
    with servers.pages() as site:
        for found in windows(chromium, site):
            assert look(found, "/disclosure/repairs/") == []
            cookie = {"name": "sessionid", "value": sessions["lead"], "url": site}
            found.context.add_cookies([cookie])  # type: ignore[list-item]
            assert [fault for page in pages for fault in look(found, page)] == []
