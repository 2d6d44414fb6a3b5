"""A real Chromium for tests marked `browser`."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.db import connections

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType, Page

#: The same engine without windows and without what serves a person: less than half the work.
SHELL = Path("/usr/bin/chromium-headless-shell")
WHOLE = Path("/usr/bin/chromium")
CHROMIUM = Path(os.environ.get("CHROMIUM") or (SHELL if SHELL.is_file() else WHOLE))
NONE_FOUND = (
    f"no Chromium at {CHROMIUM}; set CHROMIUM to its path, "
    "or install the package chromium-headless-shell or chromium"
)


class Driver:
    """Playwright's driver and one Chromium, of which each test has windows of its own.

    One for the session: they take seconds to start. Playwright's event loop is then this thread's,
    for which Django would keep other connections than those that a test closes before it forks. So
    the loop is shown only while a browser test runs.
    """

    def __init__(self, chromium: "BrowserType") -> None:
        self.chromium = chromium
        self.loop = asyncio.get_running_loop()
        self.browser: Browser | None = None

    @contextmanager
    def shown(self) -> Iterator["Browser"]:
        # The database of the browser test before may be gone.
        asyncio._set_running_loop(self.loop)
        connections.close_all()
        if self.browser is None or not self.browser.is_connected():
            self.browser = self.chromium.launch(
                executable_path=CHROMIUM,
                args=["--no-sandbox"] if os.geteuid() == 0 else [],
            )
        try:
            yield self.browser
        finally:
            for context in self.browser.contexts:
                context.close()
            connections.close_all()
            self.hide()

    def hide(self) -> None:
        asyncio._set_running_loop(None)


def sign_in(page: "Page", username: str, then: str) -> None:
    """Signs somebody of the demonstration in through the page.

    Args:
        then: the path to go on to. The sign-in's own address ends with it, so that to wait for an
            address that ends so would be to wait for nothing.
    """
    from tools.scenarios import PASSWORD  # needs Django, which a plugin comes before

    page.goto(f"/account/sign-in/?next={then}")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == then)


def choose(page: "Page", name: str, value: str) -> None:
    """Chooses one of the radio buttons of a form as a person does: by its label."""
    button = page.locator(f"[name={name}][value='{value}']")
    page.click(f"label[for={button.get_attribute('id')}]")
    assert button.is_checked()


def fill(page: "Page", said: Mapping[str, object]) -> None:
    """Fills in those of a page's fields of which something is said."""
    for name, value in said.items():
        place = page.locator(f"main [name='{name}']:not([type=hidden], button)")
        if not place.count():
            continue
        kind = place.first.evaluate("one => one.type")
        if kind == "radio":
            choose(page, name, str(value))
        elif kind == "checkbox":
            page.click(f"label[for={place.get_attribute('id')}]")
        elif kind == "select-one":
            place.select_option(str(value))
        else:
            place.fill(str(value))


@pytest.fixture(scope="session")
def _driver() -> Iterator[Driver]:
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread, which makes Django refuse the ORM as "async".
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        driver = Driver(playwright.chromium)
        driver.hide()
        yield driver
        asyncio._set_running_loop(driver.loop)


@pytest.fixture
def chromium(request: pytest.FixtureRequest) -> Iterator["Browser"]:
    """A browser without any window; skipped with the reason where there is none."""
    if not CHROMIUM.is_file():
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"REQUIRE_BROWSER=1, but {NONE_FOUND}")
        pytest.skip(NONE_FOUND)
    driver: Driver = request.getfixturevalue("_driver")
    with driver.shown() as browser:
        yield browser


@pytest.fixture
def browser_page(chromium: "Browser", live_city: str) -> Iterator["Page"]:
    """A fresh page (no cookies) of a phone's width; relative URLs go to `live_city`."""
    context = chromium.new_context(
        base_url=live_city, viewport={"width": 390, "height": 844}, locale="zh-CN"
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
