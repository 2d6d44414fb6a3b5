"""Charges of a case: items of the published catalogue only, to declared payees, and none where the
law is zero."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actor import SYSTEM
from accounts.models import User
from accounts.queries import holders
from accounts.roles import Role
from applications.actions import CASES
from applications.models import Application
from applications.parts import PartWorkflow
from applications.queries import applicants
from money.charges.models import Charge
from money.charges.workflow import UNPAID, ChargeState
from money.events import AFFILIATE
from notifications.texts import register_link
from workflow.run import Step

ChargeStep = Step[Charge]
#: What messages are about: the page of the charge, and for those who watch the list of all.
CHARGE, WATCHED = "charge", "charge_watched"


def charge(*, application: Application, body: Mapping[str, Any], by: User) -> Charge:
    """Enter a charge at the rate of a catalogue item in force today (优化营商环境条例 25).

    Args:
        application: the case.
        body: as `money.charges.serializers.ChargeRequest` declares it.
        by: the customer manager who has the case, the deputy; at low voltage, either manager.

    Raises:
        Missing, Forbidden, WrongState: in this order; a home or three-zero case takes no charge.
        Invalid: no such item or payee in force, or a value that its row does not allow.
    """
    return CHARGES.perform(Charge(application=application), "enter", by=by, body=body)


def enter(step: ChargeStep) -> None:
    """What the entry says is what makes the amount, so that a receipt shows it."""
    new, said = step.thing, step.values
    new.district = new.application.district
    step.record(
        data={
            "item": said["fee_item"].code,
            "quantity": said["quantity"],
            "amount_yuan": said["amount_yuan"],
            "payee": said["declared"].code,
            "payee_affiliated": said["payee_affiliated"],
        }
    )


class ChargeWorkflow(PartWorkflow[Charge]):
    """A part of its case's record."""

    model = Charge
    verbs = {"enter": enter}
    overtaken = _("Somebody has dealt with this charge before you: it is now “%(state)s”.")
    subject = CHARGE
    circles: dict[str, Callable[[Charge], list[int]]] = {
        "applicant": lambda one: applicants(one.application),
        # At once, of whoever is paid and belongs to the company (plan 3(3)3).
        "regulator": lambda one: (
            holders(Role.REGULATOR, district=one.district) if one.payee_affiliated else []
        ),
    }

    def may_see(self, thing: Charge, user: User) -> bool:
        return CASES.may_see(thing.application, user)

    def identity(self, thing: Charge) -> dict[str, Any]:
        return {"number": thing.application.number}

    def context(self, thing: Charge) -> dict[str, Any]:
        variant = {"variant": AFFILIATE} if thing.payee_affiliated else {}
        return {"number": thing.application.number, "amount": str(thing.amount_yuan)} | variant

    def follow(self, step: ChargeStep) -> None:
        """What was ordered for it and waits is closed, once the provider says that nothing came."""
        if step.thing.state == ChargeState.WITHDRAWN:
            step.thing.payments.filter(state="open").update(expires_at=Now(), ask_at=Now())

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        return (WATCHED if circle == "regulator" else CHARGE), {}


CHARGES: Final = ChargeWorkflow()


def lapse_behind(*, case: Application, **_said: Any) -> None:
    """Hears `applications.signals.broken_off`: what was not paid is not owed."""
    for one in Charge.objects.filter(application_id=case.pk, state__in=UNPAID).order_by("id"):
        one.application = case
        CHARGES.move(one, "lapse", SYSTEM)


def wire() -> None:
    """Say where messages about a charge lead."""
    register_link(CHARGE, lambda pk, context: reverse("charges:one", args=[context["number"], pk]))
    register_link(WATCHED, lambda _pk, _context: reverse("oversight:charges"))
