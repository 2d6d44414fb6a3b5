"""A receipt in a real browser: on a phone and on a desk, in both languages."""

from typing import TYPE_CHECKING

import pytest
from pytest_django import DjangoDbBlocker

from tests import servers
from tests.look import DESK, LANGUAGES, PHONE, look, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("city")]


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


def test_a_receipt_is_whole(
    committed_db: str, chromium: "Browser", django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        session, pages = prepared()
    faults = []
    with servers.city(committed_db) as address:
        for language in LANGUAGES:
            for width in (PHONE, DESK):
                found = visit(chromium, address, width=width, language=language)
                found.context.add_cookies(
                    [{"name": "sessionid", "value": session, "url": found.base}]
                )
                for place, page in enumerate(pages):
                    faults += look(found, page, name="receipt" if not place else "")
                found.context.close()
    assert faults == []
