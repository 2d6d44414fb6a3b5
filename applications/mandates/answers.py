"""What mandates and offers look like to programs, and in the copy of one's own data."""

from typing import Any

from rest_framework import serializers

from accounts.mandates import Offer, Right
from core.answers import Instant, MaybeInstant, MaybeText
from core.templatetags.city import masked_phone


class PartyAnswer(serializers.Serializer[Any]):
    """A party for which one acts; `right` is null where only in some of its applications."""

    party = serializers.IntegerField()
    name = serializers.CharField()
    own = serializers.BooleanField()
    right = MaybeText()


class MandateAnswer(serializers.Serializer[Any]):
    """A mandate; `application` is null where it is for all, `ended_at` while it holds."""

    id = serializers.IntegerField(source="mandate.pk")
    party = serializers.IntegerField(source="mandate.party_id")
    who = serializers.CharField()
    right = serializers.ChoiceField(Right.choices, source="mandate.right")
    application = MaybeText(source="number")
    since = Instant(source="mandate.from_at")
    until = MaybeInstant(source="mandate.until")
    ended_at = MaybeInstant(source="over_at")


class OfferAnswer(serializers.Serializer[Any]):
    """An offer that waits for its answer; the phone is masked."""

    id = serializers.IntegerField(source="pk")
    party = serializers.IntegerField(source="party_id", allow_null=True)
    right = serializers.ChoiceField(Offer.RIGHTS)
    phone = serializers.SerializerMethodField()
    until = MaybeInstant()
    expires_at = Instant()

    def get_phone(self, offer: Offer) -> str:
        return masked_phone(offer.phone)
