"""Amounts with their units, in both languages."""

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import override

from oversight import wording
from oversight.serializers import policy
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
