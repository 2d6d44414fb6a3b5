"""What the copy of one's data has of complaints about charges; all else of them is money's."""

from typing import Any

from rest_framework import serializers

from core.answers import Instant, MaybeInstant, MaybeText


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
