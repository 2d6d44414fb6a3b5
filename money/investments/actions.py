"""Lines of what the supply company spent on a case: entered, reversed, never changed."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.models import User
from accounts.roles import Role
from applications.actions import CASES
from applications.models import Application
from applications.states import State
from applications.who import left_to_either, spender
from core.bodies import read
from core.problems import Forbidden, Missing, WrongState
from ledger.record import NewEntry, append
from money.investments.events import REVERSED, SPENT
from money.investments.models import Investment
from money.investments.serializers import NewInvestment, Reversal


def entering(case: Application, user: User) -> Role:
    """The role under which somebody enters what was spent on a case. Raises Forbidden, saying whose
    it is."""
    role = spender(case, user)
    if role is None:
        raise Forbidden(_("Only the supply company enters what it spent."))
    if reason := left_to_either(case, user):
        raise Forbidden(reason)
    return role


def spend(*, application: Application, body: Mapping[str, Any], by: User) -> Investment:
    """Enter a sum that the company spent on a case, after its end too: bills come late.

    Args:
        body: as `NewInvestment` declares it.

    Raises:
        Missing, Forbidden, WrongState: in this order; nothing is spent on a draft.
        Invalid: a value that may not be.
    """
    with transaction.atomic():
        case, role = _held(application, by)
        if case.state == State.DRAFT:
            raise WrongState(_("The case is not filed yet."))
        values = read(NewInvestment, body, thing=case)
        return _entered(case, Actor(by.pk, role, case.district), SPENT, values)


def reverse(
    *, application: Application, number: int, body: Mapping[str, Any], by: User
) -> Investment:
    """Reverse a wrong line by one of the opposite amount.

    Raises:
        Missing, Forbidden: in this order; Missing also where there is no such line.
        WrongState: it reverses one itself, or is reversed.
        Invalid: without a reason.
    """
    with transaction.atomic():
        case, role = _held(application, by)
        wrong = case.investments.filter(number=number).select_related("reversed_by").first()
        if wrong is None:
            raise Missing
        if wrong.reverses_id or hasattr(wrong, "reversed_by"):
            raise WrongState(_("This line is reversed already, or reverses another one."))
        values = {
            **read(Reversal, body, thing=case),
            "reverses": wrong,
            "amount_yuan": -wrong.amount_yuan,
            "kind": wrong.kind,
            "item": wrong.item,
            "ground": wrong.ground,
            "ground_words": wrong.ground_words,
        }
        return _entered(case, Actor(by.pk, role, case.district), REVERSED, values)


def _held(application: Application, by: User) -> tuple[Application, Role]:
    case = CASES.hold_seen(application, by)
    return case, entering(case, by)


def _entered(case: Application, actor: Actor, event: str, values: Mapping[str, Any]) -> Investment:
    """Write a line and its entry of the record, which has no words of it. Hold the case."""
    number = case.investments.count() + 1
    data = {
        "number": case.number,
        "line": number,
        "kind": values["kind"],
        "amount_yuan": values["amount_yuan"],
        "ground": values["ground"],
    }
    if event == REVERSED:
        data["reverses"] = values["reverses"].number
    [written] = append(NewEntry(case_ref=case.ref, type=event, actor=actor, data=data))
    return Investment.objects.create(
        application=case, number=number, entered_at=written.at, **values
    )
