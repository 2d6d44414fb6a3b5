"""A draft that a second person must check in a real browser: prepared, offered, given back, put
right, checked and published, on a phone and at a desk."""

from typing import TYPE_CHECKING

import pytest

from tests.applications.walking import walker
from tests.disclosure.published import SOURCE, TABLES
from tests.look import DESK, PHONE, look, unreached

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TABLE = "/work/publish/fees/"
FEES = TABLES["fees"].replace("12.5", "125")
OFFER, TAKE_BACK, GIVE_BACK, PUBLISH = (
    f"form[action$='/{act}/'] button[type=submit]"
    for act in ("offer", "take-back", "give-back", "publish")
)


@pytest.mark.parametrize(("first", "second"), [(DESK, PHONE), (PHONE, DESK)])
def test_one_person_prepares_and_another_one_checks_and_publishes(
    chromium: "Browser", site: str, first: int, second: int
) -> None:
    author = walker(chromium, site, "supply-lead", width=first, then=TABLE)
    checker = walker(chromium, site, "supply-lead-2", width=second, then=TABLE)
    file = {"name": "fees.csv", "mimeType": "text/csv", "buffer": FEES.encode("gb18030")}
    author.page.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
    author.page.fill("[name=source]", SOURCE)
    author.press("form[enctype] button[type=submit]")
    assert "由另一人复核并发布" in author.page.locator("main").inner_text()
    author.read()
    address = author.page.url
    author.press(OFFER)
    author.read()
    assert author.page.locator(PUBLISH).count() == 0

    checker.page.goto("/desk/")
    checker.read()
    checker.press("a[href*='/work/publish/drafts/']")
    assert checker.page.url == address
    checker.read()
    checker.faults += unreached(checker.found)
    checker.press(GIVE_BACK)
    checker.found.faults.clear()  # Chromium logs a 422
    checker.faults += look(checker.found, "")
    checker.page.goto(address)
    checker.page.fill("[name=reason]", "收费标准多写了一位，请核对文件。")
    checker.press(GIVE_BACK)

    author.page.goto(address)
    assert "收费标准多写了一位" in author.page.locator("main").inner_text()
    author.read()
    author.page.fill("[name=text]", TABLES["fees"])
    author.press("form[action$='/change/'] button[type=submit]")
    author.press(OFFER)
    author.press(TAKE_BACK)
    author.press(OFFER)

    checker.page.goto(TABLE)
    checker.read()
    checker.press("a[href*='/work/publish/drafts/']")
    checker.press(PUBLISH)
    checker.read()
    author.page.goto("/account/messages/")
    author.read()
    author.page.goto("/disclosure/fees/history/1/")
    author.read()
    assert author.faults + checker.faults == []
