"""What a charge says: an item of the published catalogue in force today, at its rate."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.answers import Exact, Instant
from core.bodies import AmountField, Body, WordsField, YesNoField
from money.models import FeeItem
from money.queries import fee_in_force

CENT = Decimal("0.01")
NOT_IN_FORCE = _("No item of the published catalogue in force today has this code.")
NO_PAYEE = _("Name who is paid.")


@extend_schema_field(OpenApiTypes.STR)
class FeeItemField(serializers.Field[FeeItem, Any, Any, Any]):
    """An item of the catalogue in force today, by its code."""

    default_error_messages = dict.fromkeys(("required", "null", "unknown"), NOT_IN_FORCE)

    def to_internal_value(self, data: Any) -> FeeItem:
        """Return the item.

        Raises:
            ValidationError: there is none of this code.
        """
        item = fee_in_force(str(data))
        if item is None:
            self.fail("unknown")
        return item


class NewCharge(Body):
    """A charge (优化营商环境条例 25); its values are the columns, the amount among them."""

    fee_item = FeeItemField()
    quantity = AmountField(
        below=Decimal(10) ** 8, message=_("A number above 0, with at most two decimals.")
    )
    payee = WordsField(
        label=_("Who is paid"),
        one_line=True,
        max_length=120,
        error_messages=dict.fromkeys(
            ("required", "null", "blank", "invalid", "max_length"), NO_PAYEE
        ),
    )
    payee_affiliated = YesNoField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Add what it comes to."""
        amount = (attrs["quantity"] * attrs["fee_item"].rate).quantize(CENT)
        return attrs | {"amount_yuan": amount}


class ChargeAnswer(serializers.Serializer[Any]):
    """A charge: the item, its rate, what it comes to, and who is paid."""

    id = serializers.IntegerField()
    fee_item = serializers.CharField(source="fee_item.code")
    quantity = Exact()
    rate = Exact(source="fee_item.rate")
    amount_yuan = Exact()
    payee = serializers.CharField()
    payee_affiliated = serializers.BooleanField()
    entered_at = Instant()
