"""The journeys of a home, a shop and a factory, from the start page to the case, walked at the
three widths and in both languages: a home at each width, each width in each language by somebody.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import fill
from tests.look import Visit, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SUBMIT = "main form button[type=submit]"
ZH, EN = "zh-hans", "en"
#: Who walks, how wide the window is, and what is read there.
WALKS = [
    ("residential", 360, ZH), ("residential", 768, EN), ("residential", 1280, ZH),
    ("lv_small", 768, ZH), ("lv_small", 1280, EN), ("hv_dual", 360, EN),
]  # fmt: skip


def fits(found: Visit) -> None:
    """The page as it stands is no wider than the window, and speaks its language."""
    # Its address is the new one before anything of it is there.
    found.page.wait_for_load_state()
    wide, language = found.page.evaluate(
        """() => [document.documentElement.scrollWidth - document.documentElement.clientWidth,
        document.documentElement.lang]"""
    )
    assert (wide <= 0, language.lower()[:2]) == (True, found.language[:2]), found.page.url


def answer(found: Visit, said: dict[str, str]) -> None:
    """Answer every question that is asked, each with what there is to say, up to the documents."""
    page = found.page
    while "/documents/" not in page.url:
        fits(found)
        here = page.url
        fill(page, said)
        page.click(SUBMIT)
        page.wait_for_function("here => location.href !== here", arg=here)


def hand_in(found: Visit, file: Path) -> None:
    """Hand in each document of the list."""
    fits(found)
    forms = found.page.locator("form[data-upload]")
    for place in range(forms.count()):
        forms.nth(place).locator("input[type=file]").set_input_files(file)
        forms.nth(place).locator("a[href^='/documents/']").wait_for()
    found.page.click("a.td-button[href$='/check/']")
    found.page.wait_for_url("**/check/")


@pytest.mark.parametrize(("kind", "width", "language"), WALKS)
def test_a_journey_is_walked(
    chromium: "Browser", site: str, tmp_path: Path, kind: str, width: int, language: str
) -> None:
    from applications.models import Application
    from rules.names import Kind
    from tests.applications.pages import typed
    from tests.people import browser, open_demonstration
    from tools.scenarios import KINDS, PDF

    file = tmp_path / "证件.pdf"
    file.write_bytes(PDF)
    found = visit(chromium, site, language=language, width=width)
    who = open_demonstration()[KINDS[kind][0]]
    session = browser(who).cookies["sessionid"].value
    found.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    page = found.page
    page.goto("/apply/")
    answer(found, typed(Kind(kind)))
    hand_in(found, file)
    fits(found)
    page.click(SUBMIT)
    page.wait_for_url("**/filed/")
    fits(found)
    number = page.locator(".td-panel__number").inner_text()
    page.click("main a.td-button >> nth=0")
    page.wait_for_url(f"**/account/cases/{number}/")
    fits(found)
    assert found.faults == []
    found.context.close()
    case = Application.objects.get(number=number)
    assert (case.kind, case.state) == (kind, "submitted")
