"""Cells as people write them: read in every usual spelling, refused with a reason."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from core.clock import CITY
from grid import columns as c
from grid.columns import CellError


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.mark.parametrize(
    "written",
    ["2026-11-23", "2026/11/23", "2026.11.23", "2026年11月23日", " 2026-11-23 ", "２０２６-11-23"],
)
def test_a_day_is_read_as_people_write_it(written: str) -> None:
    assert c.day("d", "Day").read(written) == date(2026, 11, 23)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-23 08:30",
        "2026/11/23 8:30",
        "2026年11月23日 8:30:00",
        "2026-11-23T00:30Z",
        "2026-11-23T08:30",
    ],
)
def test_an_instant_is_local_unless_it_says_otherwise(written: str) -> None:
    assert c.minute("m", "At").read(written) == datetime(2026, 11, 23, 8, 30, tzinfo=CITY)


@pytest.mark.parametrize("written", ["2026-13-01", "23.11.2026", "tomorrow", "2026-02-30"])
def test_what_is_no_day_says_so(written: str) -> None:
    with pytest.raises(CellError) as refused:
        c.day("d", "Day").read(written)
    assert str(refused.value.reason) == "Is not a date such as 2026-11-23."


@pytest.mark.parametrize("written", ["2026-11-23", "2026-11-23 25:00", "8:30"])
def test_what_is_no_instant_says_so(written: str) -> None:
    with pytest.raises(CellError) as refused:
        c.minute("m", "At").read(written)
    assert str(refused.value.reason) == "Is not a time such as 2026-11-23 08:30."


def test_numbers_take_thousands_and_wide_digits_and_keep_their_places() -> None:
    column = c.number("n", "N", unit="kVA", places=2, largest=10_000)
    assert [column.read(cell) for cell in ("8,000", "１２.５", "0", "10000.00")] == [
        Decimal("8000.00"),
        Decimal("12.50"),
        Decimal("0.00"),
        Decimal("10000.00"),
    ]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("much", "Is not a number."),
        ("NaN", "Is not a number."),
        ("Infinity", "Is not a number."),
        ("-1", "Must be from 0 to 10,000."),
        ("10001", "Must be from 0 to 10,000."),
        ("1e30", "Must be from 0 to 10,000."),
        ("1.234", "At most 2 decimal places."),
    ],
)
def test_a_number_out_of_bounds_says_why(written: str, reason: str) -> None:
    column = c.number("n", "N", unit="kVA", places=2, largest=10_000)
    with pytest.raises(CellError) as refused:
        column.read(written)
    assert str(refused.value.reason) == reason


def test_a_choice_is_its_code_or_its_word_in_either_language() -> None:
    column = c.choice("k", "Kind", [("set", "Set by government"), ("market", "Market price")])
    assert [column.read(cell) for cell in ("set", "SET BY GOVERNMENT", " market price ")] == [
        "set",
        "set",
        "market",
    ]
    with pytest.raises(CellError) as refused:
        column.read("free")
    assert str(refused.value.reason) == "Must be one of: Set by government, Market price."


def test_yes_and_no_are_read_in_both_languages() -> None:
    column = c.flag("f", "F")
    assert [column.read(cell) for cell in ("是", "yes", "1", "否", "No", "")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    with pytest.raises(CellError):
        column.read("maybe")


def test_words_are_tidied_and_measured() -> None:
    column = c.text("t", "T", longest=5)
    assert column.read("  a \n b ") == "a b"
    with pytest.raises(CellError) as refused:
        column.read("abcdef")
    assert str(refused.value.reason) == "At most 5 characters; this has 6."


@given(st.decimals(min_value=0, max_value=9_999, places=4, allow_nan=False))
def test_a_number_written_is_read_back(value: Decimal) -> None:
    column = c.number("n", "N", unit="", places=4, largest=10_000)
    assert column.read(column.write(value)) == value


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_an_instant_written_is_read_back_to_the_second(value: datetime) -> None:
    instant = value.replace(microsecond=0, tzinfo=CITY)
    column = c.minute("m", "M")
    assert column.read(column.write(instant)) == instant
    assert column.read(column.code(instant)) == instant
