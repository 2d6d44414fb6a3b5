"""What an explanation says, and what the API gives of differences and bills."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.answers import Day, Instant, MaybeInstant
from core.bodies import Body, WordsField
from money.reconciliation.models import BillState, Difference
from money.reconciliation.wording import sentence


class DifferenceExplanation(Body):
    """How a difference came about."""

    words = WordsField(
        max_length=1000,
        label=_("Explanation"),
        help_text=_(
            "Where the difference comes from, and what was done about it. The regulator reads it. "
            "No names, phones or account numbers, please."
        ),
    )


class DifferenceAnswer(serializers.Serializer[Any]):
    """A difference; amounts in whole fen, null where one side has nothing of it."""

    id = serializers.IntegerField()
    provider = serializers.CharField(source="bill.provider")
    day = Day(source="bill.day")
    kind = serializers.ChoiceField(choices=Difference.Kind.choices)
    state = serializers.ChoiceField(choices=Difference.State.choices)
    district = serializers.CharField()
    order = serializers.CharField()
    refund = serializers.CharField()
    transaction = serializers.CharField()
    theirs_fen = serializers.IntegerField(allow_null=True)
    ours_fen = serializers.IntegerField(allow_null=True)
    ours_state = serializers.CharField()
    said = serializers.SerializerMethodField()
    found_at = Instant()
    words = serializers.CharField()
    ended_at = MaybeInstant()

    def get_said(self, one: Difference) -> str:
        return sentence(one.said)


class BillAnswer(serializers.Serializer[Any]):
    """A day's bill, as it was last taken."""

    provider = serializers.CharField()
    day = Day()
    state = serializers.ChoiceField(choices=BillState.choices)
    digest = serializers.CharField()
    tries = serializers.IntegerField()
    imported_at = MaybeInstant()
