"""Two people with one form in real browsers: the slower one reads who was faster, and keeps the
words."""

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests import servers
from tests.look import visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass
class Answer:
    """What the test client's answer has that a race of `test_two_people` asks for."""

    content: bytes
    status_code: int = 200
    context: None = None


@dataclass
class Window:
    """A browser window that a race uses as it uses the test client."""

    page: "Page"
    typed: list[str] = field(default_factory=list)

    def get(self, path: str) -> Answer:
        self.page.goto(path)
        return Answer(self.page.content().encode())

    def post(self, _path: str, said: dict[str, Any]) -> Answer:
        """Fill in what can be seen of a form, and press the button that says the rest; where that
        comes after a page to check it, there."""
        form = self.page.locator("main form").first
        for name, value in said.items():
            place = self.page.locator(f"main [name='{name}']:not([type=hidden], button)")
            if place.count():
                self._fill(place, str(value))
                form = place.first.locator("xpath=ancestor::form[1]")
        wanted = self._button(said)
        status = self._press(wanted or form.locator("button[type=submit]").first)
        if status == 200 and wanted is None and (wanted := self._button(said)):
            status = self._press(wanted)
        return Answer(self.page.content().encode(), status)

    def _button(self, said: dict[str, Any]) -> "Locator | None":
        found = (
            self.page.locator(f"main button[name='{name}'][value='{value}']")
            for name, value in said.items()
            if name in ("action", "do")
        )
        return next((button.first for button in found if button.count()), None)

    def _press(self, button: "Locator") -> int:
        with self.page.expect_navigation() as answered:
            button.click()
        return int(answered.value.status)

    def _fill(self, place: "Locator", value: str) -> None:
        kind = place.first.evaluate("one => one.type || one.tagName")
        if kind == "radio":
            self.page.locator(f"{_named(place)}[value='{value}']").check(force=True)
        elif kind == "select-one":
            place.first.select_option(value)
        else:
            place.first.fill(value)
            if kind == "textarea":
                self.typed.append(value)


def _named(place: "Locator") -> str:
    name = place.first.get_attribute("name")
    return f"main [name='{name}']"


def test_the_slower_of_two_is_told_at_every_desk(
    with_cases: None, committed_db: str, chromium: "Browser", monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.builders import ready_case
    from tests.people import again, browser, open_demonstration, staff
    from tests.portal import test_two_people

    people, told = open_demonstration(), {}
    with servers.pages() as address:

        def slow(user: Any) -> Window:
            found = visit(chromium, address, language="zh-hans")
            session = browser(again(user)).cookies["sessionid"].value
            found.context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
            windows.append(Window(found.page))
            return windows[-1]

        monkeypatch.setattr(test_two_people, "slow", slow)
        # All races share one city: each role has one colleague in it.
        monkeypatch.setattr(test_two_people, "staff", cache(staff))
        for race in test_two_people.DESKS:
            windows: list[Window] = []
            answer, shown = race(people, ready_case), ""
            shown = answer.content.decode()
            kept = all(words in shown for window in windows for words in window.typed)
            told[race.__name__] = (answer.status_code in (409, 412), kept)
            for window in windows:
                window.page.context.close()
    assert told == dict.fromkeys(told, (True, True))
