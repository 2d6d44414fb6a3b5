"""A text becomes rows, or a list of what is wrong, each with row, column and reason."""

import pytest
from django.utils.translation import override

from grid.reading import read
from grid.tables import table_of
from tests.grid import builders


def troubles(kind: str, text: str) -> list[str]:
    with override("en"):
        return [trouble.text for trouble in read(table_of(kind), text, source="s").troubles]


def test_headers_are_taken_in_either_language_and_any_order() -> None:
    table = table_of("capacity")
    headers = {}
    for language in ("zh-hans", "en"):
        with override(language):
            headers[language] = {c.name: str(c.header) for c in table.columns}
    values = {
        "district": "510302", "substation": "S", "voltage_kv": "10", "transformer": "T",
        "line": "L", "capacity_kva": "100", "open_kva": "50", "data_date": "2026-11-01",
    }  # fmt: skip
    plain = read(table, ",".join(values) + "\n" + ",".join(values.values()), source="s")
    assert [number for number, _row in plain.rows] == [2]
    for language in headers:
        names = list(values)[::-1]
        head = ",".join(headers[language][name] for name in names)
        text = head + "\n" + ",".join(values[name] for name in names)
        assert read(table, text, source="s") == plain


def test_a_row_without_source_takes_that_of_the_upload() -> None:
    text = builders.fees().replace("note\n", "note,source\n")
    [(_number, row)] = read(table_of("fees"), text, source="Order 1").rows
    assert row["source"] == "Order 1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["The file is empty."]),
        (
            "code,colour\nA,red\n",
            [
                "Row 1, column “colour”: No such column in this table.",
                "Row 1, column “Charge item”: This column is missing.",
                "Row 1, column “Who pays, for what”: This column is missing.",
                "Row 1, column “Unit of charge”: This column is missing.",
                "Row 1, column “Rate”: This column is missing.",
                "Row 1, column “Nature of the price”: This column is missing.",
                "Row 1, column “Legal basis”: This column is missing.",
                "Row 1, column “In force from”: This column is missing.",
            ],
        ),
        (
            builders.fees().replace("12.5", "dear").replace("market", "free"),
            [
                "Row 2, column “Rate”: Is not a number.",
                (
                    "Row 2, column “Nature of the price”: Must be one of: Set by government, "
                    "Guided by government, Set by the market."
                ),
            ],
        ),
        (
            builders.fees("2026-06-01", "2026-05-31"),
            ["Row 2, column “Last day in force”: Must not be before the first day in force."],
        ),
        (
            builders.fees() + "\n" + builders.fees().splitlines()[1],
            ["Row 4, column “In force from”: Says the same thing as row 2."],
        ),
        (
            builders.fees() + "a" + "," * 12 + "b\n",
            ["Row 3: More cells than the header has columns."],
        ),
    ],
)
def test_each_mistake_names_row_column_and_reason(text: str, expected: list[str]) -> None:
    assert troubles("fees", text) == expected


def test_mistakes_are_told_in_the_language_of_the_reader() -> None:
    with override("zh-hans"):
        [trouble] = read(
            table_of("fees"), builders.fees().replace("12.5", "dear"), source="s"
        ).troubles
        assert trouble.text == "第 2 行“收费标准”：不是数字。"


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
            ["Row 2, column “Power off at”: Say when the power went off."],
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
    assert troubles("outages", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            builders.capacity(open_kva=8001),
            ["Row 2, column “Open capacity”: Must not be more than the capacity."],
        ),
        (
            builders.capacity().replace(",no,", ",yes,"),
            ["Row 2, column “Why it is limited”: Say why the capacity is limited."],
        ),
        (
            builders.capacity().replace("510302", "Chengdu"),
            [("Row 2, column “District”: Must be one of: Ziliujing District, Gongjing District, "
             "Da'an District, Yantan District, Rong County, Fushun County, "
             "Zigong National High-tech Industrial Development Zone.")],
        ),
    ],
)  # fmt: skip
def test_capacity_is_bounded_and_limits_are_explained(text: str, expected: list[str]) -> None:
    assert troubles("capacity", text) == expected


def test_customers_are_of_a_year_and_complete_within_it() -> None:
    text = builders.customers().replace("2026-12-31", "2025-12-31")
    assert troubles("customers", text) == [
        "Row 2, column “Outage record complete until”: Must be a day of the same year."
    ]
    assert troubles("customers", builders.customers(number=0)) == [
        "Row 2, column “Customers served”: Must be at least 1; without customers leave the row out."
    ]
