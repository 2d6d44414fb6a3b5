"""Cells as people write them: read in every usual spelling, refused with a reason."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from core.clock import CITY
from publishing.columns import Choice, Day, Flag, Minute, Number, Text


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.mark.parametrize(
    "written",
    ["2026-11-23", "2026/11/23", "2026.11.23", "2026年11月23日", " 2026-11-23 ", "２０２６-11-23"],
)
def test_a_day_is_read_as_people_write_it(written: str) -> None:
    assert Day("Day").clean(written) == date(2026, 11, 23)


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
    assert Minute("At").clean(written) == datetime(2026, 11, 23, 8, 30, tzinfo=CITY)


@pytest.mark.parametrize("written", ["2026-13-01", "23.11.2026", "tomorrow", "2026-02-30"])
def test_what_is_no_day_says_so(written: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Day("Day").clean(written)
    assert str(refused.value.message) == "Is not a date such as 2026-11-23."


@pytest.mark.parametrize("written", ["2026-11-23", "2026-11-23 25:00", "8:30"])
def test_what_is_no_instant_says_so(written: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Minute("At").clean(written)
    assert str(refused.value.message) == "Is not a time such as 2026-11-23 08:30."


def test_numbers_take_thousands_and_wide_digits_and_keep_their_places() -> None:
    column = Number("N", unit="kVA", places=2, largest=10_000)
    assert [column.clean(cell) for cell in ("8,000", "１２.５", "0", "10000.00")] == [
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
        ("1e30", "Is not a number."),
        ("1.234", "At most 2 decimal places."),
    ],
)
def test_a_number_out_of_bounds_says_why(written: str, reason: str) -> None:
    column = Number("N", unit="kVA", places=2, largest=10_000)
    with pytest.raises(ValidationError) as refused:
        column.clean(written)
    assert str(refused.value.message) == reason


def test_a_choice_is_its_code_or_its_word_in_either_language() -> None:
    column = Choice("Kind", [("set", "Set by government"), ("market", "Market price")])
    assert [column.clean(cell) for cell in ("set", "SET BY GOVERNMENT", " market price ")] == [
        "set",
        "set",
        "market",
    ]
    with pytest.raises(ValidationError) as refused:
        column.clean("free")
    assert str(refused.value.message) == "Must be one of: Set by government, Market price."


def test_yes_and_no_are_read_in_both_languages() -> None:
    column = Flag("F")
    assert [column.clean(cell) for cell in ("是", "yes", "1", "否", "No", "")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    with pytest.raises(ValidationError):
        column.clean("maybe")


def test_words_are_tidied_and_measured() -> None:
    column = Text("T", longest=5)
    assert column.clean("  a \n b ") == "a b"
    with pytest.raises(ValidationError) as refused:
        column.clean("abcdef")
    assert str(refused.value.message) == "At most 5 characters; this has 6."


@given(st.decimals(min_value=0, max_value=9_999, places=4, allow_nan=False))
def test_a_number_written_is_read_back(value: Decimal) -> None:
    column = Number("N", unit="", places=4, largest=10_000)
    assert column.clean(column.write(value)) == value


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_an_instant_written_is_read_back_to_the_second(value: datetime) -> None:
    instant = value.replace(microsecond=0, tzinfo=CITY)
    column = Minute("M")
    assert column.clean(column.write(instant)) == instant
    assert column.clean(column.code(instant)) == instant
