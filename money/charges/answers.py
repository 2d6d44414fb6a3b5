"""What the API gives of charges."""

from typing import Any

from rest_framework import serializers

from core.answers import Count, Exact, Instant, MaybeInstant, MaybeText
from money.charges.actions import CHARGES
from money.charges.workflow import ChargeState
from workflow.buttons import WithButtons


class ChargeSummary(serializers.Serializer[Any]):
    """A charge: the item, its rate and basis, what it comes to, who is paid, what an affiliate is
    to the supply company, and how it stands."""

    id = serializers.IntegerField()
    fee_item = serializers.CharField(source="fee_item.code")
    quantity = Exact()
    rate = Exact(source="fee_item.rate")
    legal_basis = serializers.CharField(source="fee_item.legal_basis")
    amount_yuan = Exact()
    payee = serializers.CharField()
    payee_code = MaybeText(source="declared.code", default=None)
    payee_affiliated = serializers.BooleanField()
    relation = MaybeText(source="declared.relation", default=None)
    state = serializers.ChoiceField(choices=ChargeState.choices)
    entered_at = Instant()
    paid_at = MaybeInstant()
    ended_at = MaybeInstant()
    version = Count()


class ChargeMoved(ChargeSummary, WithButtons):
    """Without anything that was said: it is kept for whoever repeats a request."""

    workflow = CHARGES


class ChargeAnswer(ChargeMoved):
    words = MaybeText(read_only=True, help_text="Why it was taken back.")


class WatchedCharge(ChargeSummary):
    """With its case, for those who watch."""

    application = serializers.CharField(source="application.number")
    district = serializers.CharField()
