"""Looking at a page as a person would: on a phone, a tablet and a desk, in both languages.

A page that is looked at scrolls sideways in no width down to 320 px, has no axe-core violation,
asks no other host and logs nothing. With SCREENSHOTS=1 its pictures in docs/screenshots/ are drawn
anew: English ones are called -en, and a new one begins as an empty file.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

AXE = Axe()
PICTURES = Path(settings.BASE_DIR) / "docs" / "screenshots"
#: What is enough for type and drawings, and how much of a long page.
COLOURS, LENGTH = 256, 2_400
PHONE, DESK = 390, 1280
#: From a desk to the narrowest phone (WCAG 2.2, 1.4.10), each with its height.
HEIGHTS = {DESK: 900, 768: 1024, PHONE: 844, 360: 640, 320: 568}
LANGUAGES = ("zh-hans", "en")
#: Of what has the focus, or of the label that stands for it: whether it is drawn otherwise.
IN_SIGHT = """one => {
    const label = one.id && document.querySelector(`label[for="${one.id}"]`);
    const drawn = [getComputedStyle(one), ...(label ? [getComputedStyle(label, "::before")] : [])];
    return drawn.some((style) => style.outlineStyle !== "none" || style.boxShadow !== "none");
}"""
#: What can be worked in the page itself, each group of radio buttons once; then its top has the
#: focus.
WORKED = """() => {
    const main = document.querySelector("main"), groups = new Set();
    main.tabIndex = -1;
    main.focus();
    window.worked = [...main.querySelectorAll(
        "a[href], button, input, select, textarea, summary, [tabindex='0']"
    )].filter((one) => {
        if (one.disabled || one.tabIndex < 0 || !one.checkVisibility()) return false;
        if (one.type !== "radio") return true;
        return !groups.has(one.name) && groups.add(one.name);
    });
    // A date has a stop for its year, its month, its day and its calendar; a time of one two more,
    // and where the day is halved another.
    const more = { "date": 3, "datetime-local": 6 };
    return window.worked.reduce((sum, one) => sum + 1 + (more[one.type] ?? 0), 0);
}"""
#: In which language axe-core judges which width of a page that is seen in both.
JUDGED = {("zh-hans", DESK), ("en", PHONE)}


@dataclass
class Visit:
    """One browser window in a language, and what went wrong in it."""

    context: "BrowserContext"
    page: "Page"
    base: str
    language: str
    #: Whether another window looks at the same pages in the other language.
    paired: bool = False
    faults: list[str] = field(default_factory=list)


def visit(
    browser: "Browser", base: str, *, language: str, width: int = PHONE, paired: bool = False
) -> Visit:
    """Opens a window; sign in with `page` before looking where a page needs it.

    Args:
        paired: whether the same pages are looked at in the other language, too.
    """
    context = browser.new_context(
        base_url=base, viewport={"width": width, "height": HEIGHTS[width]}, has_touch=width == PHONE
    )
    context.set_default_timeout(10_000)
    cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": base}
    context.add_cookies([cookie])  # type: ignore[list-item]
    # Once for all its pages: the script is half a megabyte on its way to the browser.
    context.add_init_script(AXE.axe_script)
    page = context.new_page()
    found = Visit(context, page, base, language, paired)
    page.on("pageerror", lambda error: found.faults.append(f"script: {error}"))
    page.on("console", lambda line: _note_line(found, line.text))
    page.on("requestfailed", lambda request: _note_failed(found, request.url, request.failure))
    page.on("request", lambda request: _note_foreign(found, request.url))
    return found


def _note_line(found: Visit, text: str) -> None:
    # Chromium's advice on password managers says nothing about the page.
    if not text.startswith("[DOM]"):
        found.faults.append(f"log: {text}")


def _note_failed(found: Visit, url: str, why: str | None) -> None:
    # The browser gives up what it asked for when it goes on to the next page, and asks for the
    # icon whenever it likes; neither is the page's doing.
    given_up = why == "net::ERR_ABORTED"
    icon = urlsplit(url).path.rpartition("/")[2].startswith("favicon.")
    if not (given_up or icon):
        found.faults.append(f"failed: {url} ({why})")


def _note_foreign(found: Visit, url: str) -> None:
    if not url.startswith((found.base, "data:")):
        found.faults.append(f"another host: {url}")


def windows(browser: "Browser", base: str) -> Iterator[Visit]:
    """A window in each language, one after the other."""
    for language in LANGUAGES:
        found = visit(browser, base, language=language, paired=True)
        yield found
        found.context.close()


def look(found: Visit, path: str, *, name: str = "") -> list[str]:
    """Opens a page and returns what is wrong with it in any width.

    It is opened once and its window made another size, as by whoever turns a tablet; then it has
    its own again.

    Args:
        path: of the page; empty to look at the page as it stands.
        name: of the picture under docs/screenshots/, without width and ending.
    """
    if path:
        answer = found.page.goto(path)
        if answer is None or answer.status >= 400:
            return [f"{path}: {answer and answer.status}"]
    else:
        # The address is the new one before anything of the page is there.
        found.page.wait_for_load_state()
    where = f"{path or found.page.url} {found.language}"
    faults, walked_at = [], found.page.viewport_size
    for width, height in HEIGHTS.items():
        found.page.set_viewport_size({"width": width, "height": height})
        # Scripts hear of a new size with the next frame.
        wide = found.page.evaluate(
            """() => new Promise(requestAnimationFrame).then(() =>
            document.documentElement.scrollWidth - document.documentElement.clientWidth)"""
        )
        faults += [f"{where} {width}: {wide} px too wide"] if wide > 0 else []
        if width not in {DESK, PHONE}:
            continue
        faults += [f"{where} {width}: {line}" for line in violations(found, width)]
        if name and os.environ.get("SCREENSHOTS") == "1":
            keep(found, name, width)
    if walked_at:
        found.page.set_viewport_size(walked_at)
    faults += [f"{where}: {line}" for line in found.faults]
    found.faults.clear()
    return faults


def unreached(found: Visit) -> list[str]:
    """What a person with a keyboard cannot reach on the page as it stands, or cannot see to have
    reached; of a page seen in both languages it is asked in Chinese."""
    if found.paired and found.language != LANGUAGES[0]:
        return []
    page, reached = found.page, set()
    for _press in range(page.evaluate(WORKED)):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(f"""() => {{
            const now = document.activeElement;
            const at = window.worked.findIndex((one) => one === now || now.type === "radio"
                && one.type === "radio" && one.name === now.name);
            return ({IN_SIGHT})(now) ? at : -1;
        }}""")
        )
    missed: list[str] = page.evaluate(
        "at => window.worked.filter((_, i) => !at.includes(i)).map(one => one.outerHTML)",
        list(reached),
    )
    return [f"{page.url} {found.language}: not by keyboard: {one[:200]}" for one in missed]


def keep(found: Visit, name: str, width: int) -> None:
    """Draws the picture of the page as it stands anew, reduced, if there is one of that name."""
    language = "" if found.language == "zh-hans" else "-en"
    path = PICTURES / f"{name}{language}-{width}.png"
    if not path.exists():
        return
    seen = Image.open(BytesIO(found.page.screenshot(full_page=True))).convert("RGB")
    seen = seen.crop((0, 0, seen.width, min(seen.height, LENGTH)))
    seen.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def violations(found: Visit, width: int) -> list[str]:
    """What axe-core finds, a line each: the rule and the first place.

    What a page shows depends on its width, and the words on its language, but not one on the
    other: of a page seen in both languages, the desk is judged in Chinese and the phone in English.
    A colour is the same in all: contrast is measured in Chinese on a desk, where nothing is folded.
    """
    if found.paired and (found.language, width) not in JUDGED:
        return []
    contrast = {"enabled": found.language == "zh-hans" and width == DESK}
    options = {
        # Naming every place where a rule is kept, too, would take as long again.
        "resultTypes": ["violations"],
        "rules": {"color-contrast": contrast},
        # No rule that is on reads the style sheets, which axe-core else fetches and parses again.
        "preload": {"assets": ["media"]},
    }
    answer: list[dict[str, Any]] = found.page.evaluate(
        "options => axe.run(document, options).then(answer => answer.violations)", options
    )
    return [f"axe {rule['id']}: {rule['help']} at {rule['nodes'][0]['target']}" for rule in answer]


def everywhere(browser: "Browser", base: str, pages: Mapping[str, str]) -> list[str]:
    """Looks at public pages in every width and both languages.

    Args:
        pages: the name of its picture, empty for none, by the path of each.
    """
    return [
        line
        for found in windows(browser, base)
        for path, name in pages.items()
        for line in look(found, path, name=name)
    ]


def public_and_desk(
    browser: "Browser", base: str, public: Iterable[str], desk: Iterable[str], session: str
) -> list[str]:
    """Looks at pages as a stranger, then at those of somebody who is signed in, which a keyboard
    must reach too; in every width and both languages.

    Args:
        session: the key of the session of whoever has the desk.
    """
    faults = []
    for found in windows(browser, base):
        for path in public:
            faults += look(found, path)
        cookie = {"name": "sessionid", "value": session, "url": base}
        found.context.add_cookies([cookie])  # type: ignore[list-item]
        for path in desk:
            faults += look(found, path)
            faults += unreached(found)
    return faults
