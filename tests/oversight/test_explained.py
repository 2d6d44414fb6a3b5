"""The share of cases with the rules explained before their filing, for those who watch."""

import pytest

from accounts.models import User
from portal.invariants import broken
from rules.names import Kind
from tests.builders import drafted, filed, fresh_address, perform, taken_in
from tests.oversight.test_late import api, set_clock
from tests.page import Page
from tests.people import browser

People = dict[str, User]
ADDRESS = "/api/v1/oversight/explained/"


def read_first(people: People) -> None:
    """A shop's program names the text that its owner has read, and files."""
    case = drafted(people, Kind.LV_OTHER, address={"district": "510302", "line": fresh_address()})
    owner = case.filed_by.user
    text = browser(owner).get(f"/api/v1/applications/{case.number}/policy/").json()
    perform(application=case, action="submit", by=owner, body={"explained": text["sha256"]})


@pytest.mark.usefixtures("city")
def test_the_share_is_by_district_and_channel_of_the_filing(people: People) -> None:
    regulator = browser(people["regulator"])
    assert "近一年没有新申请" in Page(regulator.get("/oversight/explained/")).text
    read_first(people)
    set_clock("2026-12-10T09:00")
    read_first(people)
    filed(people, Kind.LV_OTHER, address={"district": "510302", "line": fresh_address()})
    taken_in(people)
    found = api(people["regulator"]).get(ADDRESS).json()
    assert [tuple(one.values()) for one in found["periods"]] == [
        ("2026-11-11", 3, 1, 1 / 3),
        ("2026-09-12", 4, 2, 1 / 2),
        ("2025-12-11", 4, 2, 1 / 2),
    ]
    shares = {
        (one["district"], one["channel"]): [each["share"] for each in one["periods"]]
        for one in found["places"]
    }
    assert shares == {("510302", "online"): [0.5, 2 / 3, 2 / 3], ("510302", "counter"): [0, 0, 0]}
    page = Page(regulator.get("/oversight/explained/")).text
    assert "2/3（66.7%）" in page
    other = api(people["regulator"]).get(f"{ADDRESS}?district=510321").json()
    assert (other["periods"][2]["share"], other["places"]) == (None, [])
    assert [name for name, rows in broken() if rows] == []
