"""The city's figures of delivery: complete, growing, and none of them part of a version."""

import pytest

from rules.book import read_document
from rules.city import DELIVERY_FILE, ROOT
from rules.delivery import Channel, delivery_rules, parse_delivery
from rules.files import RuleError

TEXT = (ROOT / "zigong" / DELIVERY_FILE).read_text(encoding="utf-8")


def test_they_are_no_decision_of_the_city() -> None:
    assert DELIVERY_FILE not in read_document(ROOT / "zigong")


def test_pauses_grow_and_the_last_one_stays() -> None:
    way = delivery_rules().ways[Channel.SMS]
    assert [way.pause(tries) for tries in range(1, 8)] == [10, 60, 300, 1800, 7200, 7200, 7200]
    assert [way.ask_in(asked) for asked in (0, 5, 6)] == [15, 43200, None]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ('name = "email"', 'name = "sms"', "stands twice"),
        ('name = "email"', 'name = "pigeon"', "is none of"),
        ("lease = 120", "lease = 0", "at least 1"),
        ("wait = 20", "wait = 60", "wait is not less than lease"),
        ("asks = [15,", "asks = [10,", "is not more than wait"),
        ("pauses = [5, 30,", "pauses = [30, 5,", "must grow"),
        ("pauses = [5, 30, 300, 1800]", "pauses = []", "pauses are missing"),
        ("asks = [30, 300, 3600]", 'asks = ["x"]', "whole seconds"),
        ("run_seconds = 45", "walk_seconds = 45", "has no run_seconds"),
    ],
)
def test_a_figure_that_is_wrong_is_named(before: str, after: str, reason: str) -> None:
    assert before in TEXT
    with pytest.raises(RuleError, match=reason):
        parse_delivery(TEXT.replace(before, after, 1))
