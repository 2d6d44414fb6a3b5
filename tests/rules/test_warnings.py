"""The city's table of warnings: whole, and each clock told of to somebody who can be found."""

import pytest

from deadlines.models import Clock
from rules.book import read_document
from rules.city import ROOT, WARNINGS_FILE
from rules.files import RuleError
from rules.warnings import parse_warnings, warning_rules

TEXT = (ROOT / "zigong" / WARNINGS_FILE).read_text(encoding="utf-8")


def test_they_are_no_decision_of_the_city_and_name_every_clock() -> None:
    assert WARNINGS_FILE not in read_document(ROOT / "zigong")
    assert set(warning_rules().to) == set(Clock.Kind.values)
    assert warning_rules().told("review", "half") == ("officer",)
    assert warning_rules().told("enquiry", "late_1") == ()


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("hour = 8", "hour = 24", "hour is 0 to 23"),
        ('name = "due"', 'name = "half"', "half stands twice"),
        ('when = "breach"', 'when = "half"', "exactly one is the breach"),
        ('when = "half"', 'when = "third"', "is none of"),
        ("days = 3", "days = 0", "days are too few"),
        ('channels = ["site", "email"]', 'channels = ["webhook"]', "that reach people"),
        ('half = ["officer"]', 'half = ["mayor"]', "half: mayor is none of"),
        ('clocks = ["set"]', 'clocks = ["review"]', "review stands twice"),
        ('late_5 = ["desk"', 'late_9 = ["desk"', "unknown: late_9"),
    ],
)
def test_a_row_that_is_wrong_is_named(before: str, after: str, reason: str) -> None:
    assert before in TEXT
    with pytest.raises(RuleError, match=reason):
        parse_warnings(TEXT.replace(before, after, 1))
