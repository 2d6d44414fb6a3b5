"""What the API gives of payments and refunds."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.answers import Count, Exact, Instant, MaybeChoice, MaybeInstant, MaybeText
from money.payments.actions import PAYMENTS, REFUNDS
from money.payments.models import Payment
from money.payments.workflow import PaymentState, RefundState
from workflow.buttons import WithButtons


class RefundSummary(serializers.Serializer[Any]):
    """A part of a payment that is given back, or was to be."""

    number = serializers.CharField()
    amount_yuan = Exact()
    state = serializers.ChoiceField(choices=RefundState.choices)
    asked_at = Instant()
    ended_at = MaybeInstant()
    version = Count()


class RefundMoved(RefundSummary, WithButtons):
    """Without anything that was said: it is kept for whoever repeats a request."""

    workflow = REFUNDS


class PaymentSummary(serializers.Serializer[Any]):
    """What was ordered of a payment provider, and what came of it. `paid_at` is what the provider
    says, `received_at` when we took it in; `questioned` says which of its words differ."""

    number = serializers.CharField()
    charge = serializers.IntegerField(source="charge_id")
    application = serializers.CharField(source="application.number")
    provider = serializers.CharField()
    amount_yuan = Exact()
    state = serializers.ChoiceField(choices=PaymentState.choices)
    questioned = MaybeChoice(Payment.Differs.choices)
    repeats = MaybeText(source="repeats.number", default=None)
    transaction = MaybeText()
    ordered_at = MaybeInstant()
    expires_at = MaybeInstant()
    received_at = MaybeInstant()
    paid_at = MaybeInstant()
    ended_at = MaybeInstant()
    version = Count()


class PaymentMoved(PaymentSummary, WithButtons):
    """Without anything that was said: it is kept for whoever repeats a request."""

    workflow = PAYMENTS


class PaymentAnswer(PaymentMoved):
    """With its refunds."""

    words = MaybeText(read_only=True, help_text="What became of money that differed.")
    refunds = serializers.SerializerMethodField()

    @extend_schema_field(RefundMoved(many=True))
    def get_refunds(self, one: Payment) -> Any:
        return RefundMoved(one.refunds.all(), many=True, context=self.context).data


class PaymentOrdered(PaymentMoved):
    """An order with the address at which it is paid: null where the provider did not answer in
    time, and asking again is safe."""

    pay_url = serializers.URLField(allow_null=True)


class NoticeTaken(serializers.Serializer[Any]):
    """What the provider is told: `SUCCESS`, after it is written down."""

    code = serializers.CharField()
    message = serializers.CharField()
