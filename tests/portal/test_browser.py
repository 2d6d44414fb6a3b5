"""The browser fixture: a real Chromium on the real portal, and what happens where there is none."""

import pytest
from playwright.sync_api import Page

from portal.places import ROOT

pytest_plugins = ["pytester"]


@pytest.mark.browser
def test_a_page_of_the_live_city_opens_and_asks_no_other_host(
    browser_page: Page, live_city: str
) -> None:
    asked: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    answer = browser_page.goto("/healthz")
    assert answer is not None
    assert answer.status == 200
    assert [url for url in asked if not url.startswith((live_city, "data:"))] == []


@pytest.mark.parametrize(("required", "outcome"), [("", {"skipped": 1}), ("1", {"errors": 1})])
def test_without_a_chromium_browser_tests_are_skipped_or_fail(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    required: str,
    outcome: dict[str, int],
) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    monkeypatch.setenv("REQUIRE_BROWSER", required)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest('pytest_plugins = ["tests.browser"]')
    pytester.makepyfile("def test_it(chromium):\n    pass")
    result = pytester.runpytest_subprocess("-p", "no:django", "-p", "no:xdist", "-rs")
    result.assert_outcomes(**outcome)
    result.stdout.fnmatch_lines(["*no Chromium at /nowhere/chromium; set CHROMIUM to its path*"])
