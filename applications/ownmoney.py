"""What the copy of one's data has of charges, payments and complaints; all else of them is money's,
which stands above this app."""

from typing import Any

from rest_framework import serializers

from core.answers import Exact, Instant, MaybeInstant, MaybeText


class OwnComplaint(serializers.Serializer[Any]):
    """A complaint about a charge of a case, as it is given to its side."""

    charge = serializers.IntegerField(source="charge_id")
    ground = serializers.CharField()
    state = serializers.CharField()
    made_at = Instant()
    text = MaybeText()
    explained_at = MaybeInstant()
    explanation = MaybeText()
    ended_at = MaybeInstant()
    reasons = MaybeText()
    clause = MaybeText()


class OwnRefund(serializers.Serializer[Any]):
    number = serializers.CharField()
    amount_yuan = Exact()
    state = serializers.CharField()
    words = MaybeText(help_text="Why it was given back.")
    asked_at = Instant()
    ended_at = MaybeInstant()


class OwnPayment(serializers.Serializer[Any]):
    number = serializers.CharField()
    provider = serializers.CharField()
    transaction = MaybeText()
    amount_yuan = Exact()
    state = serializers.CharField()
    words = MaybeText(help_text="What became of money that was not as ordered.")
    ordered_at = MaybeInstant()
    received_at = MaybeInstant()
    ended_at = MaybeInstant()
    refunds = OwnRefund(many=True)


class OwnCharge(serializers.Serializer[Any]):
    """What a case was charged, what was paid of it and given back."""

    id = serializers.IntegerField()
    fee_item = serializers.CharField(source="fee_item.code")
    amount_yuan = Exact()
    payee = serializers.CharField()
    state = serializers.CharField()
    words = MaybeText(help_text="Why it was taken back.")
    entered_at = Instant()
    paid_at = MaybeInstant()
    ended_at = MaybeInstant()
    payments = OwnPayment(many=True)
