"""The wording of the contract: complete in both languages, and no case cannot fill it in."""

import pytest

from rules.book import read_document
from rules.city import CONTRACT_FILE, ROOT
from rules.contract import contract_template, parse_contract
from rules.files import RuleError

TEXT = (ROOT / "zigong" / CONTRACT_FILE).read_text(encoding="utf-8")


def test_it_is_no_decision_of_the_city() -> None:
    assert CONTRACT_FILE not in read_document(ROOT / "zigong")


def test_the_last_pause_stays() -> None:
    keeping = contract_template().keeping
    assert [keeping.pause(tries) for tries in range(1, 8)] == [30, 60, 300, 900, 3600, 3600, 3600]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("供电方：{supplier}", "供电方：{seller}", "seller"),
        ("The supplier: {supplier}", "The supplier", "not the same"),
        ('kinds = ["lv_other"]', 'kinds = ["castle"]', "no kinds of customers: castle"),
        ('version = "1"', "", "has no version"),
        ("pauses = [30, 60,", "pauses = [60, 30,", "seconds that grow"),
        ("wait = 10", "wait = 60", "within its lease"),
        ("wait = 10", "wait = 10\nhurry = 1", "unknown: hurry"),
    ],
)
def test_what_is_wrong_is_named(before: str, after: str, reason: str) -> None:
    assert before in TEXT
    with pytest.raises(RuleError, match=reason):
        parse_contract(TEXT.replace(before, after, 1))
