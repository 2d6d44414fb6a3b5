"""From the start page to the case of a home by keyboard alone, the focus in sight throughout."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.look import DESK, IN_SIGHT, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: More links than any of these pages has.
MOST = 120


def reach(page: "Page", wanted: "Locator") -> None:
    """Goes there with the tabulator key; what has the focus on the way can be seen to have it."""
    for _press in range(MOST):
        page.keyboard.press("Tab")
        now = page.locator("*:focus")
        assert now.evaluate(IN_SIGHT), now.evaluate("one => one.outerHTML")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"not reached by keyboard: {wanted}")


def follow(page: "Page", wanted: "Locator") -> None:
    reach(page, wanted)
    here = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != here)


def answer(page: "Page", **fields: str) -> None:
    """Types into the fields of a question, in their order, and sends it."""
    here = page.url
    for name, value in fields.items():
        reach(page, page.locator(f"[name={name}]"))
        page.keyboard.press("Control+a")
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != here)


def mark(page: "Page", name: str, value: str) -> None:
    """Chooses one of a group: the first or the last has the focus, the arrows lead on."""
    group = page.locator(f"[name={name}]")
    wanted = page.locator(f"[name={name}][value='{value}']")
    reach(page, group.first)
    for _press in range(group.count()):
        if wanted.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert wanted.is_checked()
    here = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != here)


def test_a_home_is_applied_for_and_followed_by_keyboard_alone(
    chromium: "Browser", site: str, tmp_path: Path
) -> None:
    from tools.scenarios import PASSWORD, PDF

    file = tmp_path / "证件.pdf"
    file.write_bytes(PDF)
    found = visit(chromium, site, language="zh-hans", width=DESK)
    page = found.page
    # A browser without a window answers for nobody who asks it for a file, unless it is told long
    # before the key is pressed that somebody waits for that.
    page.on("filechooser", lambda _chooser: None)
    page.goto("/")
    # The first stop of every page leads past its head.
    page.keyboard.press("Tab")
    assert page.locator("*:focus").get_attribute("href") == "#main"
    follow(page, page.locator("main a[href='/apply/']").first)
    follow(page, page.locator("main a[href^='/account/sign-in/']:not(.td-plain)"))
    answer(page, username="resident", password=PASSWORD)
    mark(page, "purpose", "residential")
    # A wrong number: the summary has the focus, and leads to the field.
    reach(page, page.locator("[name=id_number]"))
    page.keyboard.type("123")
    page.keyboard.press("Enter")
    page.locator(".td-error-summary").wait_for()
    assert page.evaluate("document.activeElement.className") == "td-error-summary"
    reach(page, page.locator(".td-error-summary a[href='#id_id_number']"))
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "id_number"
    page.keyboard.press("Control+a")
    page.keyboard.type("510302199003070013")
    answer(page, phone="13800001234")
    mark(page, "district", "510302")
    answer(page, address_line="键盘路1号")
    answer(page, capacity_kw="8")
    for code in ("identity", "property"):
        form = page.locator(f"form:has([value={code}])")
        reach(page, form.locator(".td-file-upload-button"))
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Space")
        chooser.value.set_files(file)
        form.locator("a[href^='/documents/']").wait_for()
    follow(page, page.locator("a.td-button[href$='/check/']"))
    follow(page, page.locator("main form button[type=submit]"))
    number = page.locator(".td-panel__number").inner_text()
    follow(page, page.locator("main a.td-button").first)
    assert number in page.locator(".td-case__number").inner_text()
    found.context.close()
