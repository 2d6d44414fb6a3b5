"""The figures of reliability with their plots, by line and down to single interruptions, in a real
browser."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.look import look, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CUSTOMERS = (
    "year,district,area_class,level,from_date,customers,complete_until\n"
    "2025,510302,urban,medium,,1000,2025-12-31\n"
    "2025,510321,rural,medium,,700,2025-12-31\n"
    "2026,510302,urban,medium,,1000,2026-12-31\n"
    "2026,510302,urban,medium,2026-03-16,1300,2026-12-31\n"
    "2026,510321,rural,medium,,800,2026-12-31\n"
)
SHOWN = {
    "/disclosure/reliability/": "reliability-figures",
    "/disclosure/reliability/?month=3&district=510302": "reliability-month",
    "/disclosure/reliability/interruptions/?level=medium": "reliability-interruptions",
    "/disclosure/reliability/lines/?level=medium": "reliability-lines",
}


def prepared() -> None:
    import random

    from accounts.models import User
    from reliability.indices import counting
    from tests.people import open_demonstration
    from tests.publishing import builders
    from tests.reliability.recording import correct, recorded
    from tests.reliability.test_counting import history

    people: dict[str, User] = open_demonstration()
    lead = people["supply-lead"]
    builders.published("customers", CUSTOMERS, lead)
    text = history(60, random.Random(5)).replace("2025-", "2026-").replace("2024-", "2025-")
    lines = [line for line in text.splitlines() if "2026-12" not in line and "2026-11" not in line]
    builders.published("outages", "\n".join(lines), lead)
    storm = recorded("O-1", "2026-08-08 06:00", "2026-08-10 18:00", {"T1": 700, "T2": 300})
    correct(storm, "2026-08-08 05:30", "2026-08-10 18:00")
    recorded("O-2", "2026-09-01 08:00", "2026-09-01 09:10", {"T1": 700}, line="L2")
    recorded("O-3", "2026-11-01 08:00", None, {"T9": 40}, line="L2")
    counting.run()


def test_figures_are_whole_in_every_width(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    prepared()
    with servers.pages() as address:
        faults = []
        for found in windows(chromium, address):
            for path, name in SHOWN.items():
                faults += look(found, path, name=name)
        assert faults == []
