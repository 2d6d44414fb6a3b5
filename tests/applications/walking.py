"""People who take a case on, each at a window of their own, and look at every page they come by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from tests.browser import fill, sign_in
from tests.look import LANGUAGES, Visit, look, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SUBMIT = "form:not([data-upload]) button[type=submit]:not([value=add])"


@dataclass
class Walker:
    """Somebody at a window, who reads each page in both languages and goes on in the second."""

    found: Visit
    faults: list[str] = field(default_factory=list)

    @property
    def page(self) -> "Page":
        return self.found.page

    def read(self, name: str = "") -> None:
        """Looks at the page as it stands, then at the same page in the other language.

        Args:
            name: of its picture, empty for none.
        """
        self.faults += look(self.found, "", name=name)
        self.found.language = next(one for one in LANGUAGES if one != self.found.language)
        cookie = {
            "name": settings.LANGUAGE_COOKIE_NAME,
            "value": self.found.language,
            "url": self.found.base,
        }
        self.found.context.add_cookies([cookie])  # type: ignore[list-item]
        self.page.reload()
        self.faults += look(self.found, "", name=name)

    def press(self, button: str) -> None:
        """Presses the first of these, and waits for the page that comes of it."""
        with self.page.expect_navigation():
            self.page.locator(f"main {button}:visible").first.click()

    def follow(self, end: str, name: str | None = None) -> None:
        """Follows the first link of the page whose address ends so.

        Args:
            name: of the picture of the page that it leads to; None not to read it.
        """
        self.press(f"a[href$='{end}']")
        if name is not None:
            self.read(name)

    def send(self, said: Mapping[str, object] | None = None) -> None:
        """Fills the form in and sends it."""
        fill(self.page, said or {})
        self.press(SUBMIT)

    def answer(self, said: Mapping[str, object]) -> None:
        """Answers every question that is asked before an application's documents."""
        while "/documents/" not in self.page.url:
            self.send(said)

    def hand_in(self, file: Path) -> None:
        """Hands in each document that the page asks for."""
        boxes = self.page.locator("form[data-upload]")
        for place in range(boxes.count()):
            here = boxes.nth(place).locator("a[href^='/documents/']")
            before = here.count()
            boxes.nth(place).locator("input[type=file]").set_input_files(file)
            here.nth(before).wait_for()

    def at_desk(self, number: str, name: str | None = None) -> None:
        """Opens a case from the list of what to do now."""
        self.page.goto("/desk/")
        self.follow(f"/work/cases/{number}/", name)

    def act(self, number: str, action: str) -> None:
        """Takes a step at the desk that asks for nothing."""
        self.at_desk(number)
        self.press(f"button[name=action][value={action}]")


def walker(
    browser: "Browser", base: str, username: str = "", *, width: int, then: str = ""
) -> Walker:
    """Somebody new at a window; of a name, signed in, and come to a page."""
    found = visit(browser, base, language=LANGUAGES[0], width=width, paired=True)
    if username:
        sign_in(found.page, username, then)
    return Walker(found)
