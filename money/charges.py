"""Charges of a case: items of the published catalogue only, and none where the law is zero."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.models import User
from accounts.roles import Role
from applications.actions import CASES
from applications.models import Application
from applications.states import ENDED, ZERO_INVESTMENT, State
from applications.who import customer_manager, left_to
from core.bodies import read
from core.clock import city_now
from core.problems import Forbidden, WrongState
from ledger.record import NewEntry, append
from money.models import Charge
from money.serializers import NewCharge

NOT_YOURS = _("Only the supply company enters charges.")


def charging(case: Application, user: User) -> Role:
    """The role under which somebody enters charges of a case; raises Forbidden, saying whose it
    is."""
    role = customer_manager(case, user)
    if role is None:
        raise Forbidden(NOT_YOURS)
    if reason := left_to(Role.MANAGER)(case, user):
        raise Forbidden(reason)
    return role


def charge(*, application: Application, body: Mapping[str, Any], by: User) -> Charge:
    """Enter a charge at the rate of a catalogue item in force today (优化营商环境条例 25).

    Args:
        application: the case.
        body: as `money.serializers.NewCharge` declares it.
        by: the customer manager who has the case, the deputy; at low voltage, either manager.

    Raises:
        Missing, Forbidden, WrongState: in this order; a home or three-zero case takes no charge.
        Invalid: no such item in force, or a refused value.
    """
    with transaction.atomic():
        case = CASES.hold_seen(application, by)
        role = charging(case, by)
        if case.state in ENDED or case.state == State.DRAFT:
            raise WrongState(_("Charges are entered while a case is open."))
        if case.kind in ZERO_INVESTMENT:
            clause = case.rules(city_now()).three_zero_kw().clause
            text = _("Everything up to and including the meter is free here (%(clause)s).")
            raise WrongState(text % {"clause": clause})
        values = read(NewCharge, body)
        data = {
            "number": case.number,
            "item": values["fee_item"].code,
            "quantity": values["quantity"],
            "amount_yuan": values["amount_yuan"],
        }
        actor = Actor(by.pk, role, case.district)
        [written] = append(NewEntry(case_ref=case.ref, type="case.charged", actor=actor, data=data))
        return Charge.objects.create(application=case, entered_at=written.at, **values)
