"""Amounts with their units, in both languages."""

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import override

from oversight import wording
from oversight.detectors import DETECTORS
from rules.registry import policy
from tests.builders import People


def test_one_of_a_unit_is_no_plural(people: People) -> None:
    row = policy().value("integrity.steps_in_minutes.minutes")
    said = []
    for number in (1, 10, Decimal("1.5")):
        amount = replace(row, value=number)
        said.append(wording.amount(amount))
        with override("en"):
            said.append(wording.amount(amount))
    assert said == ["1 分钟", "1 minute", "10 分钟", "10 minutes", "1.5 分钟", "1.5 minutes"]


def test_one_day_is_no_plural_in_a_finding() -> None:
    known = DETECTORS["refiled_after_withdrawal"]
    with override("en"):
        said = [known.say({"days": days}) for days in (1, 2)]
    assert said == [
        "Filed again 1 day after it was withdrawn",
        "Filed again 2 days after it was withdrawn",
    ]
    assert known.say({"days": 1}) == "撤回 1 天后重新申请"
