"""The frame, the start page and every component in a real browser."""

from typing import TYPE_CHECKING

import pytest

from tests.look import DESK, PHONE, everywhere, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(("path", "name"), [("/", "start"), ("/styleguide/", "styleguide")])
def test_the_page_is_whole_on_a_phone_and_on_a_desk(
    chromium: "Browser", site: str, path: str, name: str
) -> None:
    assert everywhere(chromium, site, {path: name}) == []


def test_the_navigation_folds_on_a_phone_and_stands_on_a_desk(
    chromium: "Browser", site: str
) -> None:
    phone = visit(chromium, site, width=PHONE, language="en").page
    phone.goto("/")
    menu, entry = phone.get_by_role("button", name="Menu"), phone.get_by_role("link", name="Apply")
    assert not entry.is_visible()
    menu.click()
    assert entry.is_visible()
    desk = visit(chromium, site, width=DESK, language="en").page
    desk.goto("/")
    assert not desk.get_by_role("button", name="Menu").is_visible()
    assert desk.get_by_role("link", name="Apply").is_visible()


def test_without_scripts_the_navigation_stands_open(chromium: "Browser", site: str) -> None:
    context = chromium.new_context(
        base_url=site, viewport={"width": PHONE, "height": 844}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/")
    assert page.locator(".td-header__link").first.is_visible()
    assert not page.locator(".td-header__toggle").is_visible()
    context.close()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(
    chromium: "Browser", site: str
) -> None:
    page = visit(chromium, site, width=DESK, language="en").page
    page.goto("/styleguide/")
    assert page.evaluate("document.activeElement.className") == "td-error-summary"
    page.get_by_role("link", name="Choose: Voltage").click()
    assert page.evaluate("document.activeElement.id") == "id_voltage_0"


def test_the_language_is_switched_in_one_press_on_the_same_page(
    chromium: "Browser", site: str
) -> None:
    page = visit(chromium, site, width=DESK, language="zh-hans").page
    page.goto("/styleguide/")
    page.get_by_role("button", name="English").click()
    assert page.url.endswith("/styleguide/")
    assert page.get_by_role("heading", level=1).inner_text() == "Style guide"


def test_what_is_pressed_is_large_enough_for_a_thumb(chromium: "Browser", site: str) -> None:
    page = visit(chromium, site, width=PHONE, language="zh-hans").page
    page.goto("/styleguide/")
    small = page.evaluate(
        """[...document.querySelectorAll("button, .td-button, input:not([type=hidden]), select")]
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 43.5
                && !one.closest(".td-file-upload-wrapper"))
        .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert small == []
