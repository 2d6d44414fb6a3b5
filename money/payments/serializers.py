"""What is asked of a refund."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.bodies import AmountField, Body, WordsField


class NewRefund(Body):
    """How much of a payment is given back, and why."""

    amount_yuan = AmountField(
        below=Decimal(10) ** 10,
        message=_("An amount in yuan above 0, with at most two decimals."),
        allow_null=True,
        required=False,
        label=_("Amount"),
        help_text=_("In yuan. Empty: all that was not refunded yet."),
    )
    reason = WordsField(
        label=_("Reason"), help_text=_("The applicant reads this as it stands."), max_length=500
    )
