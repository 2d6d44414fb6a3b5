"""The task ledger in a real browser, for those who keep, own and confirm, in both languages."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.look import look, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def sides() -> tuple[dict[str, str], dict[str, list[str]]]:
    """Sessions, and for each the pages of a task whose day has moved and that was returned, and of
    one that is said to be done."""
    from accounts.roles import Role
    from tests.oversight.task_ledger import tasks
    from tests.people import again, browser, open_demonstration, staff

    people = open_demonstration()
    people["second"] = staff(Role.LEAD_AGENCY, username="second-agency")
    agency, owner = people["lead-agency"], people["supply-lead"]
    one, claimed = tasks.entered(people), tasks.entered(people, title="推广不停电作业")
    tasks.step(one, "note", owner, {"words": "已完成两区。"})
    moved = {"due_on": tasks.in_days(20), "words": "汛期停工"}
    tasks.step(one, "move_due", agency, moved)
    tasks.step(one, "claim", owner, {"words": "全部完成。"})
    tasks.step(one, "give_back", people["second"], {"words": "缺少统计表"})
    tasks.step(claimed, "claim", owner, {"words": "全部完成。"})
    page = f"/tasks/{one.pk}/"
    pages = {
        "lead-agency": ["/tasks/", "/tasks/new/", page, f"{page}move_due/"],
        "supply-lead": [page, f"{page}claim/", "/desk/"],
        "second": [f"/tasks/{claimed.pk}/", f"/tasks/{claimed.pk}/give_back/"],
    }
    return {who: browser(again(people[who])).cookies["sessionid"].value for who in pages}, pages


def test_the_pages_of_the_task_ledger_are_whole(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    sessions, seen = sides()
    with servers.pages() as site:
        for found in windows(chromium, site):
            for who, pages in seen.items():
                cookie = {"name": "sessionid", "value": sessions[who], "url": site}
                found.context.add_cookies([cookie])  # type: ignore[list-item]
                assert [fault for page in pages for fault in look(found, page)] == []
