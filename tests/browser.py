"""A real Chromium for tests marked `browser`."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connections

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path(os.environ.get("CHROMIUM") or "/usr/bin/chromium")
NONE_FOUND = f"no Chromium at {CHROMIUM}; set CHROMIUM to its path, or install the package chromium"


@pytest.fixture
def chromium() -> Iterator["Browser"]:
    """A browser of the test's own; skipped with the reason where there is none.

    Not one for the session: while Playwright runs, its event loop is this thread's, and Django
    then keeps other connections than those that the next test closes before it forks. They are
    closed at both ends, for the database of the browser test before may be gone.
    """
    if not CHROMIUM.is_file():
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"REQUIRE_BROWSER=1, but {NONE_FOUND}")
        pytest.skip(NONE_FOUND)
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread, which makes Django refuse the ORM as "async".
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        connections.close_all()
        yield browser
        connections.close_all()
        browser.close()


@pytest.fixture
def browser_page(chromium: "Browser", live_city: str) -> Iterator["Page"]:
    """A fresh page (no cookies) of a phone's width; relative URLs go to `live_city`."""
    context = chromium.new_context(
        base_url=live_city, viewport={"width": 390, "height": 844}, locale="zh-CN"
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
