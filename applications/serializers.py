"""The bodies of a case's acts, each declared once."""

from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.bodies import (
    NEEDED,
    AmountField,
    Body,
    ChoiceField,
    PhoneField,
    WholeField,
    WordsField,
    refuse,
    refused,
)
from core.clock import city_now
from rules.names import Stage

METER_MAX: Final = 40
#: What a register of eight digits before the point cannot show.
READING_BELOW: Final = Decimal(10**8)
NAME_MAX: Final = 100
EVERYTHING: Final = _("Name everything that is missing at one time.")


class Submission(Body):
    """Filing what was begun; which text of the rules was read or explained before."""

    explained = WordsField(
        label=_("Digest of the rules"),
        help_text=_("The SHA-256 of the text at `policy/`, where the applicant has read it."),
        one_line=True,
        max_length=64,
        required=False,
    )


class TakeOver(Body):
    """Which offer of the case is taken."""

    offer = WholeField()


class Withdrawal(Body):
    """Why, if the applicant wants to say."""

    reason = WordsField(label=_("Reason"), help_text=_("You need not give one."), required=False)


class PhoneCorrection(Body):
    """The phone of the case as it should be; taken only where it has just shown a code."""

    phone = PhoneField(label=_("Mobile phone"))


class Signature(Body):
    """The applicant's signature under the supply contract; `{}` signs it as it stands."""

    text = WordsField(
        label=_("Digest of the text"),
        help_text=_("The SHA-256 of the text that was read: another one is not signed."),
        one_line=True,
        required=False,
    )


class Meter(Body):
    """The meter that is in and runs."""

    meter_number = WordsField(
        label=_("Number of the meter"),
        help_text=_("As it stands on the meter that is in and runs."),
        max_length=METER_MAX,
        one_line=True,
    )
    meter_reading = AmountField(
        label=_("Reading at the beginning (kWh)"),
        help_text=_("What the meter shows as it is switched on. It may be left out."),
        below=READING_BELOW,
        message=_("A reading in kWh, with at most two decimals."),
        zero=True,
        required=False,
        allow_null=True,
        default=None,
    )


ACCEPTANCE, END = RATED_STAGES = ["acceptance", "end"]


class Rating(Body):
    """Five levels (GB/T 39735), and words, which the lowest levels need; once for how the
    application was accepted, once in the end for all of it."""

    level = WholeField(
        label=_("How satisfied are you with the service?"),
        min_value=1,
        max_value=5,
        error_messages=dict.fromkeys(
            ("required", "null", "invalid", "min_value", "max_value"), _("A level from 1 to 5.")
        ),
    )
    comment = WordsField(
        label=_("What was good, what was not"),
        help_text=_("In your own words. Where you are not satisfied, say what was wrong."),
        required=False,
    )
    stage = ChoiceField(RATED_STAGES, required=False, default=END, label=_("Stage"))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        case = self.context["thing"]
        low = case.rules(city_now()).get("rating.reason_to")
        if low and attrs["level"] <= low.number and not attrs["comment"]:
            reason = _("Say what was wrong, so that somebody can put it right.")
            raise refuse("comment", reason, low.clause)
        return attrs


class AskedFor(Body):
    """A document that is missing or not good, and why."""

    requirement = WordsField(one_line=True, required=False)
    reason = WordsField(required=False)


class Supplement(Body):
    """Everything that is missing, of the case's own checklist and of nothing else."""

    items = AskedFor(
        many=True,
        allow_empty=False,
        error_messages={
            "required": EVERYTHING,
            "null": EVERYTHING,
            "empty": EVERYTHING,
            "not_a_list": EVERYTHING,
        },
    )

    def validate_items(self, items: list[dict[str, str]]) -> list[dict[str, str]]:
        """Refuse what may not be asked for (plan 3(2)2), and what has no reason."""
        case = self.context["thing"]
        checklist = case.checklist(Stage.APPLICATION)
        known = {need.code for need in checklist}
        refusal = _("This document may not be asked for: it is not on the checklist.")
        errors: list[dict[str, list[Any]]] = []
        for item in items:
            if item["requirement"] not in known:
                errors.append({"requirement": [refused(refusal, checklist[0].clause)]})
            else:
                errors.append({} if item["reason"] else {"reason": [NEEDED]})
        if any(errors):
            raise serializers.ValidationError(errors)
        return items
