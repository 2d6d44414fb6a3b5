"""What is said of a sum that the company spent, and how programs read it."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from applications.models import Application
from applications.plans.models import WORDS_MAX
from applications.plans.serializers import CODES, check_ground
from applications.states import ZERO_INVESTMENT
from core.answers import Exact, Instant, MaybeChoice, MaybeText
from core.bodies import NEEDED, AmountField, Body, ChoiceField, WordsField, refuse
from core.clock import city_now
from money.investments.models import ITEM_MAX, Spent


class NewInvestment(Body):
    """Its values are the columns. `context["thing"]` is the case."""

    kind = ChoiceField([kind.value for kind in Spent], label=_("What it was spent on"))
    item = WordsField(
        label=_("What exactly"),
        help_text=_("Such as length and type of a line. Needed for something else. No names."),
        max_length=ITEM_MAX,
        one_line=True,
        required=False,
    )
    amount_yuan = AmountField(
        below=Decimal(10) ** 10,
        message=_("An amount in yuan above 0, with at most two decimals."),
        label=_("Amount"),
        help_text=_("In yuan."),
    )
    ground = ChoiceField(
        CODES,
        label=_("Why the investment boundary is extended"),
        help_text=_(
            "Only at high voltage, and only for what lies beyond the investment boundary; first "
            "for projects of the three battles."
        ),
        required=False,
    )
    ground_words = WordsField(
        label=_("The ground in words"),
        help_text=_("Which project it is; needed for another ground."),
        max_length=WORDS_MAX,
        one_line=True,
        required=False,
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        case: Application = self.context["thing"]
        if attrs["kind"] == Spent.OTHER and not attrs["item"]:
            raise refuse("item", NEEDED)
        if attrs["ground"] and case.voltage != Application.Voltage.HIGH:
            clause = case.rules(city_now()).three_zero_kw().clause
            free = _("Everything up to and including the meter is the supply company's anyway.")
            high = _("The investment boundary is extended at high voltage only.")
            raise refuse("ground", free if case.kind in ZERO_INVESTMENT else high, clause)
        check_ground(case, attrs)
        return attrs


class Reversal(Body):
    """Why a line was wrong."""

    reason = WordsField(label=_("Why it was wrong"), help_text=_("No names."), max_length=WORDS_MAX)


class InvestmentAnswer(serializers.Serializer[Any]):
    """A line: what was spent, or the line that it reverses and why (its amount is negative)."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Spent.choices)
    item = MaybeText()
    amount_yuan = Exact()
    ground = MaybeChoice(CODES)
    ground_words = MaybeText()
    reverses = serializers.IntegerField(source="reverses.number", default=None, allow_null=True)
    reason = MaybeText()
    entered_at = Instant()
