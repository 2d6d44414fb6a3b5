"""The public pages and the publishing desk in a real browser, with and without data."""

from typing import TYPE_CHECKING

import pytest

from tests.browser import sign_in
from tests.disclosure import published
from tests.look import Visit, everywhere, look, visit, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PUBLIC = ("standards", "fees", "payees", "capacity", "outages", "reliability")

FACTORY = "purpose=industrial&who=company/large&place=510302&capacity_kw=500&supply=high"


def press(page: "Page", button: str) -> None:
    """Press a button and wait for the page it leads to."""
    with page.expect_navigation():
        page.click(button)


def upload(page: "Page", kind: str, text: str) -> None:
    """Choose a file as a Chinese spreadsheet saves it, and have it checked."""
    page.goto(f"/work/publish/{kind}/")
    content = text.encode("gb18030")
    page.set_input_files(
        "input[type=file]", {"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.fill("[name=source]", published.SOURCE)
    press(page, "form[enctype] button[type=submit]")


def publish(page: "Page", checker: "Page") -> str:
    """Publish what the preview shows, by a second person where it must be checked; what the next
    page says of it."""
    offer = "form[action$='/offer/'] button[type=submit]"
    if page.locator(offer).count():
        press(page, offer)
        checker.goto(page.url)
        page = checker
    press(page, "form[action$='/publish/'] button[type=submit]")
    return page.locator(".td-notice").first.inner_text()


def filled(found: Visit, checker: "Page") -> list[str]:
    """Put the tables in through the pages, looking at each page on the way."""
    faults = []
    for kind, text in published.TABLES.items():
        faults += look(found, f"/work/publish/{kind}/")
        wrong = text.replace("中压用户", "用户").replace("自流井区,,10,8000", "自流井区,,十,8000")
        upload(found.page, kind, wrong)
        if wrong != text:
            faults += look(found, "", name=f"publish-mistakes-{kind}" if kind == "capacity" else "")
            assert "第 2 行" in found.page.locator("main").inner_text()
            found.page.fill("[name=text]", text)
            press(found.page, "form[action$='/change/'] button[type=submit]")
        faults += look(found, "", name=f"publish-preview-{kind}" if kind == "capacity" else "")
        assert "已发布为第 1 号" in publish(found.page, checker)
    return faults


def seen(found: Visit, name: str) -> list[str]:
    """Look at a public page as it opens in Chinese, and unfolded."""
    faults = []
    found.page.goto(f"/disclosure/{name}/")
    if found.language == "zh-hans":
        faults += look(found, "", name=f"disclosure-{name}")
    found.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    return faults + look(found, "")


def at_the_desk(found: Visit) -> list[str]:
    """The lead's pages with the tables in them."""
    faults = look(found, "/work/publish/", name="publish")
    faults += look(found, "/work/publish/outages/row/", name="publish-row")
    return faults + look(found, "/work/publish/outages/", name="publish-outages")


def test_the_pages_hold_without_data_and_with_it(chromium: "Browser", site: str) -> None:
    faults = everywhere(chromium, site, {"/disclosure/": "disclosure"})
    empty = visit(chromium, site, language="zh-hans")
    for name in PUBLIC[1:]:
        faults += look(empty, f"/disclosure/{name}/", name=f"disclosure-{name}-empty")
    empty.context.close()

    lead = visit(chromium, site, language="zh-hans")
    sign_in(lead.page, "supply-lead", "/work/publish/")
    second = visit(chromium, site, language="zh-hans")
    sign_in(second.page, "supply-lead-2", "/work/publish/")
    faults += filled(lead, second.page) + at_the_desk(lead)
    lead.context.close()

    for found in windows(chromium, site):
        for name in PUBLIC:
            faults += seen(found, name)
        faults += look(found, "/disclosure/guides/hv_dual/", name="guide")
        faults += look(found, f"/disclosure/what-if/?{FACTORY}", name="what-if")
    history = visit(chromium, site, language="zh-hans")
    faults += look(history, "/disclosure/fees/history/")
    faults += look(history, "/disclosure/fees/history/1/")
    history.context.close()
    assert faults == []
