"""A text is what can be read of it."""

import pytest

from core.reading import worded


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" 已退还。\n", "已退还。"),
        ("", ""),
        (" \u3000\n", ""),
        ("\u200b", ""),
        ("\u200b\u2060\ufeff \u00ad", ""),
        ("甲\u200b乙", "甲\u200b乙"),
        ("?", "?"),
    ],
)
def test_what_cannot_be_seen_is_no_text(text: str, kept: str) -> None:
    assert worded(text) == kept
