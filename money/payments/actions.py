"""The verbs of payments and refunds, run under the lock of their case. Nobody is asked anything
over the network in them: that is `rounds`, before and after."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from django.db import connection, transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actor import Actor
from accounts.models import User
from applications.actions import CASES
from applications.parts import PartWorkflow
from applications.queries import applicants, managers_having
from applications.who import represented
from core.problems import FieldError, Invalid, WrongState
from core.templatetags.city import money
from money import providers
from money.charges.actions import CHARGES
from money.charges.models import Charge
from money.charges.workflow import UNPAID
from money.payments.models import Payment, Refund
from money.payments.workflow import HELD, PaymentState, RefundState
from money.yuan import fen_of, yuan_of
from notifications.texts import register_link
from rules.limits import limits
from workflow.machine import acts_of
from workflow.run import Step

M = TypeVar("M", Payment, Refund)
PaymentStep = Step[Payment]
RefundStep = Step[Refund]
#: What messages are about, for the applicant's side and for the desk.
PAYMENT, AT_WORK = "payment", "payment_at_work"
NUMBER: Final = """
SELECT %s || to_char(city_now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')
    || lpad(nextval('money_payment_number')::text, 8, '0')
"""
#: What our numbers begin with: of orders, and of refunds.
ORDERS, REFUNDS_ = "ZGP", "ZGR"
NOT_CONNECTED: Final = gettext_lazy(
    "Paying online is not possible at present: the supply company says how to pay."
)


def next_number(series: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(NUMBER, [series])
        number: str = cursor.fetchone()[0]
    return number


def order_for(charge: Charge, by: User) -> Payment:
    """The order by which a charge can be paid now: the one that waits, else a new one.

    Raises:
        Missing, Forbidden, WrongState: not this person's to pay, nothing to pay, or the last order
            has run out and is not closed yet.
    """
    with transaction.atomic():
        held = CHARGES.hold_seen(charge, by)
        new = Payment(application=held.application, charge=held)
        PAYMENTS.role_in(new, acts_of(Payment)["order"], by)
        waiting = held.payments.filter(state=PaymentState.OPEN).first()
        if waiting is None:
            return PAYMENTS.perform(new, "order", by=by)
        if has_run_out(waiting):
            raise WrongState(_("The last try to pay has run out and is being closed: try again in a minute."))  # fmt: skip # noqa: E501
        waiting.application, waiting.charge = held.application, held
        return waiting


def has_run_out(payment: Payment) -> bool:
    assert payment.expires_at is not None  # it was ordered
    return payment.expires_at <= real_now()


def order(step: PaymentStep) -> None:
    """Freeze what is to be paid.

    Raises:
        WrongState: no provider is connected.
    """
    new = step.thing
    if not providers.is_open():
        raise WrongState(NOT_CONNECTED)
    serving = providers.of()
    rules = limits().payments
    now = real_now()
    new.expires_at = now + timedelta(minutes=rules.minutes)
    new.ask_at = now + timedelta(seconds=rules.tries.pause(1))
    new.district = new.application.district
    new.number, new.provider, new.merchant = next_number(ORDERS), serving.name, serving.merchant
    new.amount_fen = new.charge.amount_fen
    step.record()


def receive(step: PaymentStep) -> None:
    """Write down what came, and let it settle the charge."""
    said = {"transaction": step.values["transaction"]}
    if step.values["paid_at"]:
        said["reported_at"] = step.values["paid_at"].isoformat()
    step.record(data=said)
    if step.thing.state == PaymentState.RECEIVED:
        CHARGES.move(step.thing.charge, "settle", step.actor)


def apply(step: PaymentStep) -> None:
    step.record()
    CHARGES.move(step.thing.charge, "settle", step.actor)


def ask_refund(step: RefundStep) -> None:
    """Ask for a part of a payment, or for what is left of it.

    Raises:
        WrongState: nothing of it is left. Invalid: more than is left.
    """
    new = step.thing
    payment = new.payment
    left = left_of(payment)
    if payment.state not in HELD or not left:
        raise WrongState(_("Nothing of this payment is left to be refunded."))
    wanted = step.values.pop("amount_yuan", None)
    fen = left if wanted is None else fen_of(wanted)
    if fen > left:
        reason = _("Of this payment %(left)s are left.") % {"left": money(yuan_of(left))}
        raise Invalid([FieldError("/amount_yuan", reason)])
    new.district, new.number = new.application.district, next_number(REFUNDS_)
    new.ask_at = real_now()
    step.values["amount_fen"] = fen
    step.record(data={"reason": step.values["reason"]})


def retry(step: RefundStep) -> None:
    step.thing.ask_at, step.thing.asked = real_now(), 0
    step.record()


def finish(step: RefundStep) -> None:
    """Write down that it was given back; with the last of it the payment and its charge end."""
    step.record()
    payment = step.thing.payment
    if refunded_fen(payment) < payment.amount_fen:
        return
    settled = payment.state == PaymentState.RECEIVED
    PAYMENTS.move(payment, "give_back", step.actor)
    if settled:
        CHARGES.move(payment.charge, "refund", step.actor)


def real_now() -> datetime:
    """By the server's real clock, which is the provider's too; a demonstration's is moved."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now


def left_of(payment: Payment) -> int:
    """Fen that no refund has asked for, but for those that the provider has closed."""
    asked = payment.refunds.exclude(state=RefundState.CLOSED).aggregate(fen=Sum("amount_fen"))
    return payment.amount_fen - (asked["fen"] or 0)


def refunded_fen(payment: Payment) -> int:
    done = payment.refunds.filter(state=RefundState.DONE).aggregate(fen=Sum("amount_fen"))
    return done["fen"] or 0


def annul(charge: Charge, by: Actor, reason: str) -> None:
    """Let a charge stand no more, because a complaint about it was upheld: it is owed no longer,
    and what is left of what it was paid with is refunded.

    Args:
        charge: of a case whose record the caller holds.
        by: whoever decided the complaint.
        reason: of the refund, as the applicant reads it.
    """
    held = CHARGES.read_anew(charge)
    if held.state in UNPAID:
        CHARGES.move(held, "annul", by)
    for payment in held.payments.filter(state=PaymentState.RECEIVED):
        if left_of(payment):
            payment.application, payment.charge = held.application, held
            new = Refund(application=held.application, payment=payment)
            REFUNDS.move(new, "ask", by, reason=reason)


class MoneyWorkflow(PartWorkflow[M]):
    """What payments and refunds have in common: parts of the record of their case."""

    overtaken = gettext_lazy("Somebody has dealt with this before you: it is now “%(state)s”.")
    subject = PAYMENT
    circles: dict[str, Callable[[Any], list[int]]] = {
        "applicant": lambda one: applicants(one.application),
        "desk": lambda one: managers_having(one.application),
    }

    def may_see(self, thing: Any, user: User) -> bool:
        return CASES.may_see(thing.application, user)

    def identity(self, thing: Any) -> dict[str, Any]:
        return {
            "number": thing.application.number,
            "order": thing.number,
            "item": thing.charge.fee_item.code,
            "amount_yuan": thing.amount_yuan,
        }

    def context(self, thing: Any) -> dict[str, Any]:
        return {
            "number": thing.application.number,
            "amount": str(thing.amount_yuan),
            "charge": thing.charge.pk,
            "state": thing.state,
        }

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        return (AT_WORK if circle == "desk" else PAYMENT), {}

    def on_behalf(self, step: Step[Any]) -> dict[str, Any]:
        """Of the applicant's side alone."""
        if step.act.name != "order":
            return {}
        return represented(step.thing.application, step.actor.party_id)


class PaymentWorkflow(MoneyWorkflow[Payment]):
    model = Payment
    verbs = {"order": order, "receive": receive, "receive_late": receive, "apply": apply}

    def read_anew(self, thing: Payment) -> Payment:
        """With its charge, as it stands now."""
        now: Payment = super().read_anew(thing)
        now.charge = Charge.objects.select_related("fee_item", "declared").get(pk=now.charge_id)
        now.charge.application = now.application
        return now


class RefundWorkflow(MoneyWorkflow[Refund]):
    model = Refund
    verbs = {"ask": ask_refund, "retry": retry, "finish": finish}

    def read_anew(self, thing: Refund) -> Refund:
        now: Refund = super().read_anew(thing)
        now.payment = PAYMENTS.read_anew(now.payment)
        return now


PAYMENTS: Final = PaymentWorkflow()
REFUNDS: Final = RefundWorkflow()


def wire() -> None:
    """Say where messages about money lead: to the page of the charge."""
    register_link(
        PAYMENT,
        lambda _pk, context: reverse("charges:one", args=[context["number"], context["charge"]]),
    )
    register_link(
        AT_WORK, lambda _pk, context: reverse("work-charges:one", args=[context["charge"]])
    )
