"""Our own payments and refunds, as they are compared with a bill."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from core.clock import begin_of, end_of
from money.payments.models import CAME, Payment, Refund
from money.payments.workflow import RefundState
from money.reconciliation.compare import Ours

#: Of these the provider has taken them on.
BEGUN: Final = {RefundState.ASKED, RefundState.DONE}


def numbered(provider: str, orders: Collection[str], refunds: Collection[str]) -> list[Ours]:
    """Those of some numbers, whatever their day; what came once more for an order, with it."""
    of_orders = Q(number__in=orders, repeats=None) | Q(repeats__number__in=orders)
    payments = _payments(provider).filter(of_orders)
    came = set(_payments(provider).filter(of_orders, CAME).values_list("pk", flat=True))
    given = _refunds(provider).filter(number__in=refunds)
    return [
        *(_paid(each, taken=each.pk in came) for each in payments),
        *(_given(each) for each in given),
    ]


def taken_on(provider: str, day: date) -> list[Ours]:
    """What was paid, by the provider's own time, and what was given back of what was asked for, on
    a day in the city."""
    hours = (begin_of(day), end_of(day))
    paid = _payments(provider).filter(CAME).annotate(at=Coalesce("paid_at", "received_at"))
    given = _refunds(provider).filter(state=RefundState.DONE)
    return [
        *(_paid(each, taken=True) for each in paid.filter(at__gte=hours[0], at__lt=hours[1])),
        *(_given(each) for each in given.filter(asked_at__gte=hours[0], asked_at__lt=hours[1])),
    ]


def _payments(provider: str) -> QuerySet[Payment, Any]:
    return Payment.objects.filter(provider=provider).select_related("repeats").order_by("pk")


def _refunds(provider: str) -> QuerySet[Refund, Any]:
    found = Refund.objects.filter(payment__provider=provider)
    return found.select_related("payment__repeats").order_by("pk")


def _paid(one: Payment, *, taken: bool) -> Ours:
    return Ours(
        one.order_number, "", one.transaction, one.amount_fen, taken, one.state, one.district
    )


def _given(one: Refund) -> Ours:
    return Ours(
        one.payment.order_number,
        one.number,
        one.payment.transaction,
        one.amount_fen,
        one.state in BEGUN,
        one.state,
        one.district,
    )
