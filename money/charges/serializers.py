"""What a charge says: an item of the published catalogue in force today, at its rate, for this
customer, to a declared payee; each refusal names the row that it breaks."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from applications.models import Application
from applications.wording import kind_words
from core.bodies import AmountField, Body, WordsField, YesNoField, refused
from core.reading import worded
from core.templatetags.city import money
from money.catalogue import FeeItem, Nature, Payee
from money.queries import fee_in_force, payees_in_force
from money.tables import payers
from money.yuan import CENT

CATALOGUE_ONLY = _("Regulation on Optimizing the Business Environment 25")
NO_AFFILIATES = _("Plan 3(3)3")
AFFILIATED = _("affiliated with the supply company")
AMOUNT_HELP = _(
    "In yuan. Empty: the quantity at the rate of the item. Never more, and less only where the "
    "government has not set the price."
)
NOT_AFFILIATED = _("not affiliated with the supply company")
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


@extend_schema_field(OpenApiTypes.STR)
class PayeeField(serializers.Field[Payee, Any, Any, Any]):
    """Who is paid, by the code or the name under which the supply company declares them today."""

    default_error_messages = {
        "required": NO_PAYEE,
        "null": NO_PAYEE,
        "undeclared": _(
            "The supply company has declared no payee of this code or name that is in force today: "
            "whoever is not declared may not be paid."
        ),
    }

    def to_internal_value(self, data: Any) -> Payee:
        """Raises ValidationError: nobody of this code or name is declared."""
        said = worded(str(data))
        if not said:
            self.fail("null")
        known = payees_in_force().filter(Q(code=said) | Q(name=said))
        payee = known.first()
        if payee is None:
            self.fail("undeclared")
        return payee


class NewCharge(Body):
    """A charge (优化营商环境条例 25): by which item of the catalogue, how much of it, to whom.

    Its values are the columns. `context["thing"]` is the charge that is entered.
    """

    fee_item = FeeItemField()
    quantity = AmountField(
        below=Decimal(10) ** 8, message=_("A number above 0, with at most two decimals.")
    )
    payee = PayeeField(label=_("Who is paid"))
    amount_yuan = AmountField(
        below=Decimal(10) ** 10,
        message=_("An amount in yuan, with at most two decimals."),
        zero=True,
        allow_null=True,
        required=False,
        label=_("Amount"),
        help_text=AMOUNT_HELP,
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what the rows of the catalogue and of the payees do not have, and name them."""
        refusals = dict(self.refusals(attrs))
        if refusals:
            raise serializers.ValidationError({name: [why] for name, why in refusals.items()})
        item, payee = attrs["fee_item"], attrs["payee"]
        return {
            "fee_item": item,
            "quantity": attrs["quantity"],
            "amount_yuan": attrs.get("amount_yuan", at_rate(item, attrs["quantity"])),
            "payee": payee.name,
            "payee_affiliated": payee.affiliated,
            "declared": payee,
        }

    def refusals(self, attrs: dict[str, Any]) -> Iterator[tuple[str, ErrorDetail]]:
        """By field, what of a charge a row of the catalogue or of the payees does not allow."""
        item, payee = attrs["fee_item"], attrs["payee"]
        case = self.context["thing"].application
        if not item.is_charged_to(case):
            yield "fee_item", refused(_not_charged(item, case), CATALOGUE_ONLY)
        if not item.is_paid_to(payee):
            yield "payee", refused(_not_paid(item, payee), NO_AFFILIATES)
        most = at_rate(item, attrs["quantity"])
        said = attrs.get("amount_yuan", most)
        if said > most or (said < most and item.nature == Nature.SET):
            words = _("“%(row)s” has the rate %(rate)s per unit: this comes to %(most)s.")
            values = {"row": item.words, "rate": money(item.rate.normalize()), "most": money(most)}
            yield "amount_yuan", refused(words % values, CATALOGUE_ONLY)


class ChargeRequest(NewCharge):
    """A charge as a program asks for it: what it says of the basis and of the payee is compared
    with the rows, and refused where it is not theirs."""

    payee_affiliated = YesNoField(required=False)
    legal_basis = WordsField(required=False, one_line=True, max_length=300)

    def refusals(self, attrs: dict[str, Any]) -> Iterator[tuple[str, ErrorDetail]]:
        yield from super().refusals(attrs)
        item, payee = attrs["fee_item"], attrs["payee"]
        if attrs.get("payee_affiliated", payee.affiliated) != payee.affiliated:
            declared = AFFILIATED if payee.affiliated else NOT_AFFILIATED
            words = _("“%(row)s” is declared otherwise: %(declared)s.")
            values = {"row": payee.words, "declared": declared}
            yield "payee_affiliated", refused(words % values, NO_AFFILIATES)
        if attrs.get("legal_basis") not in ("", None, item.legal_basis):
            words = _("“%(row)s” has another legal basis: %(basis)s.")
            values = {"row": item.words, "basis": item.legal_basis}
            yield "legal_basis", refused(words % values, CATALOGUE_ONLY)


def at_rate(item: FeeItem, quantity: Decimal) -> Decimal:
    return (quantity * item.rate).quantize(CENT)


def _not_charged(item: FeeItem, case: Application) -> str:
    """Whom a row is charged to, and what this case is instead."""
    if not item.kinds:
        words = _("“%(row)s” does not say which kinds of case are charged by it: none is.")
        return words % {"row": item.words}
    words = _("“%(row)s” is charged to: %(payers)s. This case is: %(case)s.")
    has = [kind_words(case.kind), case.get_purpose_display()]
    return words % {
        "row": item.words,
        "payers": payers(item),
        "case": " · ".join(has[: 1 + bool(item.purposes)]),
    }


def _not_paid(item: FeeItem, payee: Payee) -> str:
    if item.payees:
        words = _("“%(row)s” is paid to: %(payees)s.")
        return words % {"row": item.words, "payees": item.paid_to}
    words = _("“%(row)s” names no affiliate to be paid, and “%(payee)s” is one: %(relation)s.")
    return words % {"row": item.words, "payee": payee.words, "relation": payee.relation}
