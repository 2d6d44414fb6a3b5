"""What a charge says: an item of the published catalogue in force today, at its rate."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.problems import FieldError, Invalid
from money.queries import fee_in_force

CENT = Decimal("0.01")


def read_charge(body: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a charge, its amount among them (优化营商环境条例 25).

    Args:
        body: `{fee_item: code, quantity, payee, payee_affiliated}`.

    Raises:
        Invalid: no such item in force, or a refused value.
    """
    errors = []
    item = fee_in_force(str(body.get("fee_item")))
    if item is None:
        reason = _("No item of the published catalogue in force today has this code.")
        errors.append(FieldError("/fee_item", reason))
    quantity = _quantity(body.get("quantity"))
    if quantity is None:
        errors.append(FieldError("/quantity", _("A number above 0, with at most two decimals.")))
    payee = body.get("payee")
    if not isinstance(payee, str) or not 0 < len(payee.strip()) <= 120:
        errors.append(FieldError("/payee", _("Name who is paid.")))
    affiliated = body.get("payee_affiliated", False)
    if not isinstance(affiliated, bool):
        errors.append(FieldError("/payee_affiliated", _("Say yes or no.")))
    if errors or item is None or quantity is None:
        raise Invalid(errors)
    return {
        "fee_item": item,
        "quantity": quantity,
        "amount_yuan": (quantity * item.rate).quantize(CENT),
        "payee": str(payee).strip(),
        "payee_affiliated": affiliated,
    }


def _quantity(value: Any) -> Decimal | None:
    """The quantity, or None where it is no number above 0 with at most two decimals."""
    try:
        number = Decimal(str(value))
        exact = number == number.quantize(CENT)
    except InvalidOperation:
        return None
    return number if exact and 0 < number < Decimal(10) ** 8 else None
