"""A receipt in a real browser: on a phone and on a desk, in both languages."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.look import look, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def prepared() -> tuple[str, list[str]]:
    """A session of the applicant of a filed case, and the pages to look at."""
    from ledger import sequencer
    from rules.names import Kind
    from tests.builders import do, filed
    from tests.people import again, browser, open_demonstration
    from tests.receipts.reading import page_of

    people = open_demonstration()
    case = filed(people, Kind.HV_SINGLE)
    sequencer.run()
    do(people, case, "withdraw", reason="换一处地方办理")
    session = browser(again(people["factory"])).cookies["sessionid"].value
    pages = [page_of(case, "case.submitted"), page_of(case, "case.withdrawn")]
    return session, [*pages, f"/apply/{case.number}/filed/"]


def test_a_receipt_is_whole(with_people: None, committed_db: str, chromium: "Browser") -> None:
    session, pages = prepared()
    faults = []
    with servers.pages() as address:
        for found in windows(chromium, address):
            found.context.add_cookies([{"name": "sessionid", "value": session, "url": found.base}])
            for place, page in enumerate(pages):
                faults += look(found, page, name="receipt" if not place else "")
    assert faults == []
