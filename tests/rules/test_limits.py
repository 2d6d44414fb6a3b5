"""The city's file of limits: whole, typed, and part of no version of the rules."""

import pytest

from rules.book import read_document
from rules.city import LIMITS_FILE, ROOT
from rules.files import RuleError
from rules.limits import Keeping, Meter, Quota, limits, parse_limits

TEXT = (ROOT / "zigong" / LIMITS_FILE).read_text(encoding="utf-8")


def test_every_limit_of_the_code_is_in_the_file() -> None:
    found = limits("zigong")
    assert (set(found.windows), set(found.quotas)) == (set(Meter), set(Quota))
    assert set(found.days) == set(Keeping)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "drafts.account"', 'name = "drafts.acount"', "is none of"),
        ('name = "sign_in.address"', 'name = "sign_in.pair"', "stands twice"),
        ("most = 100\n", "most = 0\n", "at least 1"),
        ("minutes = 15\n", "", "has no minutes"),
        ("days = 90\n", "days = 0\n", "at least 1"),
        ("minutes = 15\n", "minutes = 15\nhours = 1\n", "unknown: hours"),
        ('[[quota]]\nname = "files.subject"\nmost = 60\n', "", "is missing"),
    ],
)
def test_a_wrong_file_is_refused(old: str, new: str, told: str) -> None:
    assert old in TEXT
    with pytest.raises(RuleError, match=told):
        parse_limits(TEXT.replace(old, new, 1))


def test_it_is_part_of_no_version() -> None:
    assert LIMITS_FILE not in read_document(ROOT / "zigong")
