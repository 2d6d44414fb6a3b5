"""A text becomes rows, or a list of what is wrong, each with row, column and reason."""

import pytest
from django.utils.translation import override

from publishing.lines import read
from publishing.tables import table_of
from tests.publishing import builders


def test_headers_are_taken_in_either_language_and_any_order() -> None:
    table = table_of("capacity")
    headers = {}
    for language in ("zh-hans", "en"):
        with override(language):
            headers[language] = {name: str(c.label) for name, c in table.columns.items()}
    values = {
        "code": "L-1", "kind": "line", "name": "L", "district": "510302", "voltage_kv": "10",
        "rating_kva": "100", "max_load_kva": "50", "data_date": "2026-11-01",
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
                "Row 1, column “Kinds of case that are charged”: This column is missing.",
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
    assert builders.troubles("fees", text) == expected


def test_mistakes_are_told_in_the_language_of_the_reader() -> None:
    with override("zh-hans"):
        [trouble] = read(
            table_of("fees"), builders.fees().replace("12.5", "dear"), source="s"
        ).troubles
        assert trouble.text == "第 2 行“收费标准”：不是数字。"
