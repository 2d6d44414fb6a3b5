"""A text is what can be read of it."""

from decimal import Decimal

import pytest

from core.reading import decimal_number, worded


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" 已退还。\n", "已退还。"),
        ("", ""),
        (" \u3000\n", ""),
        ("\u200b", ""),
        ("\u200b\u2060\ufeff \u00ad", ""),
        ("\u2800", ""),
        ("\u3164\u034f", ""),
        ("甲\u200b乙", "甲\u200b乙"),
        ("?", "?"),
    ],
)
def test_what_cannot_be_seen_is_no_text(text: str, kept: str) -> None:
    assert worded(text) == kept


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("8", "8"),
        ("８．５", "8.5"),
        (" 60 ", "60"),
        ("1,200", "1200"),
        ("1，234，567.8", "1234567.8"),
        ("8,5", None),
        ("1,2", None),
        ("12,34", None),
        ("1,2345", None),
        ("1_200", None),
        ("1e3", None),
        ("NaN", None),
        ("", None),
    ],
)
def test_a_number_is_read_where_it_can_mean_one_thing_only(text: str, number: str | None) -> None:
    assert decimal_number(text) == (None if number is None else Decimal(number))
