"""Charges of a case: items of the published catalogue only, and none where the law is zero."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.models import User
from applications.models import Application, Charge
from applications.permissions import as_supplier
from applications.standing import policy_of
from applications.states import ENDED, ZERO_INVESTMENT, State
from applications.steps import take_seen
from core.clock import city_now
from core.problems import FieldError, Forbidden, Invalid, WrongState
from ledger.record import NewEntry, append
from money.queries import fee_in_force

CENT = Decimal("0.01")
NOT_YOURS = _("Only the supply company enters charges.")


def charge(*, application: Application, body: Mapping[str, Any], by: User) -> Charge:
    """Enter a charge at the rate of a catalogue item in force today (优化营商环境条例 25).

    Args:
        application: the case.
        body: `{fee_item: code, quantity, payee, payee_affiliated}`.
        by: customer manager or project manager of the district.

    Raises:
        Missing, Forbidden, WrongState: in this order; a home or three-zero case takes no charge.
        Invalid: no such item in force, or a refused value.
    """
    with transaction.atomic():
        case = take_seen(application.ref, by)
        role = as_supplier(case, by)
        if role is None:
            raise Forbidden(NOT_YOURS)
        if case.state in ENDED or case.state == State.DRAFT:
            raise WrongState(_("Charges are entered while a case is open."))
        _check_zero(case)
        values = _read(body)
        values["amount_yuan"] = (values["quantity"] * values["fee_item"].rate).quantize(CENT)
        [written] = append(_entry(case, Actor(by.pk, role, case.district), values))
        return Charge.objects.create(application=case, entered_at=written.at, **values)


def _check_zero(case: Application) -> None:
    if case.kind in ZERO_INVESTMENT:
        clause = policy_of(case, city_now()).three_zero_kw().clause
        text = _("Everything up to and including the meter is free here (%(clause)s).")
        raise WrongState(text % {"clause": clause})


def _read(body: Mapping[str, Any]) -> dict[str, Any]:
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
    if errors:
        raise Invalid(errors)
    return {
        "fee_item": item,
        "quantity": quantity,
        "payee": str(payee).strip(),
        "payee_affiliated": affiliated,
    }


def _quantity(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
        exact = number == number.quantize(CENT)
    except InvalidOperation:
        return None
    return number if exact and 0 < number < Decimal(10) ** 8 else None


def _entry(case: Application, actor: Actor, values: Mapping[str, Any]) -> NewEntry:
    return NewEntry(
        case_ref=case.ref,
        type="case.charged",
        actor=actor,
        data={
            "number": case.number,
            "item": values["fee_item"].code,
            "quantity": values["quantity"],
            "amount_yuan": values["amount_yuan"],
        },
    )
