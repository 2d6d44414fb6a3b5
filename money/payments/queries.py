"""Reads of payments and refunds."""

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from accounts.roles import COMPANY
from core.problems import Missing
from money.charges.models import Charge
from money.payments.models import Payment, Refund


def of_charge(charge: Charge) -> list[Payment]:
    """All that was ordered for a charge and came for it, with their refunds, the oldest first; they
    know their charge."""
    refunds = Prefetch("refunds", Refund.objects.order_by("id"))
    found = list(charge.payments.order_by("id").prefetch_related(refunds))
    for one in found:
        one.charge, one.application = charge, charge.application
        for refund in one.refunds.all():
            refund.payment, refund.application = one, charge.application
    return found


def in_charge(charge: Charge) -> QuerySet[Payment]:
    """The same as rows of a list."""
    found = Payment.objects.filter(charge=charge).select_related("application", "repeats")
    return found.order_by("id")


def one_of(charge: Charge, number: str) -> Payment:
    """Raises Missing: the charge has no such payment."""
    for one in of_charge(charge):
        if one.number == number:
            return one
    raise Missing


def refund_of(charge: Charge, number: str) -> Refund:
    """Raises Missing: nothing is refunded of the charge under that number."""
    for payment in of_charge(charge):
        for one in payment.refunds.all():
            if one.number == number:
                return one
    raise Missing


def at_desk(user: User) -> QuerySet[Payment]:
    """Those in the districts in which somebody is of the supply company."""
    found, districts = Payment.objects.all(), user.districts(*COMPANY)
    if districts is not None:
        found = found.filter(district__in=sorted(districts))
    return found.select_related("charge__fee_item", "application")
