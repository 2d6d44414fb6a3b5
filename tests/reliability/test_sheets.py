"""Outages and customers served as a file says them."""

import pytest
from django.utils.translation import override

from publishing.lines import read
from publishing.tables import table_of
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


@pytest.mark.parametrize(
    ("off", "on", "minutes"),
    [
        ("2026-06-30 17:50", "2026-06-30 24:00", 370),
        ("2026-06-30 22:00", "2026-07-01 00:30", 150),
        ("2026年6月30日 24:00", "2026-07-01 00:30", 30),
        ("2026-12-31 23:00", "2026-12-31 24:00:00", 60),
        ("2026-06-30 23:00", "2026-06-30T24:00+08:00", 60),
    ],
)
def test_the_end_of_a_day_may_be_written_as_24_00(off: str, on: str, minutes: int) -> None:
    text = builders.outage(kind="fault", off=off, on=on)
    with override("en"):
        found = read(table_of("outages"), text, source="s")
    [(_line, row)] = found.rows
    assert (row["restored_at"] - row["started_at"]).total_seconds() / 60 == minutes


@pytest.mark.parametrize("time", ["24:01", "24:00:01", "25:00"])
def test_nothing_else_is_after_24_00(time: str) -> None:
    text = builders.outage(kind="fault", on=f"2026-11-01 {time}")
    assert builders.troubles("outages", text) == [
        "Row 2, column “Restored at”: Is not a time such as 2026-11-23 08:30."
    ]


@pytest.mark.parametrize(
    ("from_date", "reason"),
    [
        ("2025-03-01", "Must be a day of the same year."),
        ("2026-01-01", "Leave it empty for a number that holds from 1 January."),
        ("2026-12-31", None),
    ],
)
def test_a_number_of_customers_may_hold_from_a_day_of_its_year(
    from_date: str, reason: str | None
) -> None:
    head, row = builders.customers().splitlines()
    text = f"{head},from_date\n{row},{from_date}\n"
    expected = [f"Row 2, column “From day”: {reason}"] if reason else []
    assert builders.troubles("customers", text) == expected
