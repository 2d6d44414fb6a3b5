"""Charges of a case: items of the published catalogue only, to declared payees, and none where the
law is zero."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.models import User
from accounts.queries import holders
from accounts.roles import Role
from applications.actions import CASES
from applications.lateness import WATCHED
from applications.models import Application
from applications.queries import applicants
from applications.states import ENDED, ZERO_INVESTMENT, State
from applications.who import customer_manager, left_to
from core.bodies import read
from core.clock import city_now
from core.problems import Forbidden, WrongState
from ledger.record import NewEntry, append
from money.events import AFFILIATE, CHARGED
from money.models import Charge
from money.serializers import ChargeRequest
from notifications import outbox

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
        body: as `money.serializers.ChargeRequest` declares it.
        by: the customer manager who has the case, the deputy; at low voltage, either manager.

    Raises:
        Missing, Forbidden, WrongState: in this order; a home or three-zero case takes no charge.
        Invalid: no such item or payee in force, or a value that its row does not allow.
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
        values = read(ChargeRequest, body, thing=case)
        data = {
            "number": case.number,
            "item": values["fee_item"].code,
            "quantity": values["quantity"],
            "amount_yuan": values["amount_yuan"],
            "payee": values["declared"].code,
            "payee_affiliated": values["payee_affiliated"],
        }
        actor = Actor(by.pk, role, case.district)
        [written] = append(NewEntry(case_ref=case.ref, type=CHARGED, actor=actor, data=data))
        entered = Charge.objects.create(
            application=case, district=case.district, entered_at=written.at, **values
        )
        _tell(entered, by)
    return entered


def _tell(charge: Charge, by: User) -> None:
    """Tell the applicant; where an affiliate is paid the regulator too, at once (plan 3(3)3)."""
    case = charge.application
    context = {"number": case.number, "amount": str(charge.amount_yuan)}
    circles = {"application": applicants(case)}
    if charge.payee_affiliated:
        context["variant"] = AFFILIATE
        circles[WATCHED] = holders(Role.REGULATOR, district=case.district)
    for subject, people in circles.items():
        outbox.put(
            kind=CHARGED,
            subject_kind=subject,
            subject_id=case.pk,
            case_ref=case.ref,
            version=charge.pk,
            recipients=set(people) - {by.party_id},
            context=context,
        )
