"""The catalogue of open data, the dictionary of a set, the versions of the standards and the
notices for the counter, in a real browser."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.disclosure.published import TABLES
from tests.look import look, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWN = {
    "/disclosure/data/": "open-data",
    "/disclosure/data/capacity/": "open-data-set",
    "/disclosure/data/reliability/": "",
    "/disclosure/standards/versions/": "standards-versions",
    "/disclosure/notices/": "notices",
    "/disclosure/standards/versions/2022-12-31/": "standards-version",
}


def test_open_data_are_whole_in_every_width(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    from accounts.models import User
    from tests.people import open_demonstration
    from tests.publishing import builders

    people: dict[str, User] = open_demonstration()
    for kind in ("fees", "capacity"):
        builders.published(kind, TABLES[kind], people["supply-lead"])
    with servers.pages() as address:
        faults = []
        for found in windows(chromium, address):
            for path, name in SHOWN.items():
                faults += look(found, path, name=name)
        assert faults == []
