"""Outages and customers served as a file says them."""

import pytest

from tests.publishing import builders


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (builders.outage(kind="safety", regulation="Fire code 5", excluded="yes"), []),
        (
            builders.outage(kind="safety"),
            [("Row 2, column “Regulation that prescribes it”: "
             "Name the regulation that prescribes this outage.")],
        ),
        (
            builders.outage(kind="fault", excluded="yes", regulation="Fire code 5"),
            [("Row 2, column “Left out of the plan's hours”: Only active outages for safety may "
             "be left out (plan, part 2, item 4).")],
        ),
        (
            builders.outage(off="2026-11-01 10:00", on="2026-11-01 09:59"),
            ["Row 2, column “Restored at”: Must not be before the power went off."],
        ),
        (
            builders.outage(off="", on="2026-11-01 09:59"),
            ["Row 2, column “Power off at”: Must not be empty."],
        ),
        (
            builders.outage().replace("2026-11-01 12:00", "2026-11-01 08:00"),
            ["Row 2, column “Planned until”: Must be after the planned beginning."],
        ),
        (
            builders.outage().replace("2026-11-01 12:00", ""),
            ["Row 2, column “Planned from”: A planned outage says from when until when."],
        ),
    ],
)  # fmt: skip
def test_outages_cite_their_regulation_and_run_forward(text: str, expected: list[str]) -> None:
    assert builders.troubles("outages", text) == expected


def test_customers_are_of_a_year_and_complete_within_it() -> None:
    text = builders.customers().replace("2026-12-31", "2025-12-31")
    assert builders.troubles("customers", text) == [
        "Row 2, column “Outage record complete until”: Must be a day of the same year."
    ]
    assert builders.troubles("customers", builders.customers(number=0)) == [
        "Row 2, column “Customers served”: Must be at least 1; without customers leave the row out."
    ]
