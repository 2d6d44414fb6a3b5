"""Published tables in a real browser: a file that raises a question, published, undone; and the
pages of drafts and of undoing in both languages."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.applications.walking import Walker, walker
from tests.disclosure.published import TABLES
from tests.look import DESK, PHONE, Visit, look, unreached, visit, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CAPACITY = TABLES["capacity"]
DESKS = "/work/publish/capacity/"
#: A thousandfold of what is published, which is asked about; and what is read from it.
ASKED = CAPACITY.replace("10,8000,4800", "10,8000000,4800").replace("6300,6300", "6300,5300")
WRONG = CAPACITY.replace("10,8000,4800", "10,八千,4800").replace("公用变压器", "配变")
PUBLISH = "form[action$='/publish/'] button[type=submit]"


def published() -> str:
    """The table, and its keeper's session."""
    from tests.people import again, browser, open_demonstration
    from tests.publishing import builders

    lead = open_demonstration()["supply-lead"]
    builders.published("capacity", CAPACITY, lead)
    return browser(again(lead)).cookies["sessionid"].value


def rated(public: Visit) -> str:
    """What the public reads of the first line's rating."""
    public.page.goto("/disclosure/capacity/")
    public.page.reload()  # a browser keeps a public page for a minute
    row = public.page.locator("tr", has_text="演示一线")
    return row.first.locator("td[data-head^='额定容量']").inner_text()


def test_what_is_asked_is_answered_published_and_undone(chromium: "Browser", site: str) -> None:
    published()
    public = visit(chromium, site, language="zh-hans", width=PHONE)
    lead = walker(chromium, site, "supply-lead", width=DESK, then=DESKS)
    file = {"name": "capacity.csv", "mimeType": "text/csv", "buffer": ASKED.encode("gb18030")}
    lead.page.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
    lead.page.fill("[name=note]", "年度实测")
    lead.page.fill("[name=source]", "计量系统导出，2026年11月")
    lead.press("form[enctype] button[type=submit]")
    assert "单位是 kVA 还是 MVA" in lead.page.locator("main").inner_text()
    lead.press(PUBLISH)
    refused(lead, "请逐条看过下方需要确认的内容")
    lead.page.click(".td-error-summary a[href='#id_sure']")
    lead.page.keyboard.press("Space")
    lead.press(PUBLISH)
    assert rated(public) == "8,000,000"

    lead.follow("/publications/2/undo/")
    lead.press("form button[type=submit]")
    refused(lead, "请填写：撤销的原因")
    lead.send({"note": "单位填错"})
    lead.press(PUBLISH)
    assert "第 3 号" in lead.page.locator(".td-notice").first.inner_text()
    assert rated(public) == "8,000"
    assert lead.faults + lead.found.faults + public.faults == []


def refused(walker: Walker, words: str) -> None:
    """The page as it stands is a refusal that says this, and is whole."""
    assert words in walker.page.locator("main").inner_text()
    walker.found.faults.clear()  # Chromium logs a 422
    walker.faults += look(walker.found, "")


def drafts() -> dict[str, int]:
    """Drafts by what is with them."""
    from accounts.models import User
    from publishing import actions

    lead = User.objects.get(username="supply-lead")
    texts = {"asked": ASKED, "wrong": WRONG, "same": CAPACITY}
    return {
        name: actions.begin(
            kind="capacity", by=lead, text=text, source=name * 40, note="更" * 300
        ).pk
        for name, text in texts.items()
    }


def test_the_pages_of_drafts_and_of_undoing_are_whole(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    session, begun = published(), drafts()
    with servers.pages() as site:
        for found in windows(chromium, site):
            found.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
            faults = look(found, DESKS) + unreached(found)
            for pk in begun.values():
                faults += look(found, f"/work/publish/drafts/{pk}/") + unreached(found)
            faults += look(found, f"/work/publish/drafts/{begun['asked']}/changes/?of=changed")
            faults += look(found, f"{DESKS}publications/1/undo/") + unreached(found)
            assert faults == []
