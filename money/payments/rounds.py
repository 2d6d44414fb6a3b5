"""What is asked of payment providers: where an order is paid, and by the worker what has become of
orders and refunds. Each is asked in no transaction, and what it says is taken in one."""

import logging
from collections.abc import Callable
from typing import Final, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from accounts.limits import spend
from core.problems import WrongState
from money import providers
from money.payments.actions import NOT_CONNECTED, has_run_out
from money.payments.models import OPEN, Payment, Refund
from money.payments.receiving import note, take, take_refund
from money.payments.workflow import PaymentState, RefundState
from money.providers.interface import (
    Order,
    Outcome,
    Placed,
    Provider,
    RefundOrder,
    Standing,
    Told,
)
from notifications.outcomes import after
from rules.limits import Meter, limits

log = logging.getLogger("tongdian.payments")
M = TypeVar("M", Payment, Refund)
#: Of one run.
MOST: Final = 50


def place(payment: Payment, *, client: str, back: str) -> Placed:
    """Ask the provider where an order is paid; asked again it is the same order.

    Args:
        client: the payer's network address. back: the page after it.
    """
    assert payment.expires_at is not None  # it was ordered
    item = payment.charge.fee_item.item
    said = Order(
        number=payment.number,
        amount_fen=payment.amount_fen,
        title=f"{payment.application.number} {item}",
        expires_at=payment.expires_at,
        client=client,
        back=back,
    )
    try:
        provider = providers.of(payment.provider)
    except ImproperlyConfigured:
        return Placed(Outcome.NOT_NOW)
    return provider.order(said)


def ask_due() -> int:
    """Ask about the orders and refunds whose time has come; return how many."""
    return sum(
        (
            _each(Payment.objects.filter(OPEN), look),
            _each(Refund.objects.filter(state=RefundState.ASKED), press),
        )
    )


def _each(waiting: QuerySet[M], ask: Callable[[M, Provider], object]) -> int:
    """Claim each by moving its next time of asking, in a transaction of its own."""
    done = 0
    for _turn in range(MOST):
        one = _claim(waiting)
        if one is None:
            break
        done += 1
        try:
            ask(one, providers.of(_provider_of(one)))
        except ImproperlyConfigured:
            log.warning("%s: its provider is not connected any more", one)
        except Exception:  # (one that breaks must not stop the others)
            log.exception("%s could not be asked about", one)
    return done


def _claim(waiting: QuerySet[M]) -> M | None:
    with transaction.atomic():
        due = waiting.filter(ask_at__lte=Now()).order_by("ask_at", "id")
        one = due.select_for_update(skip_locked=True).first()
        if one is not None:
            pause = limits().payments.tries.pause(one.asked + 1)
            waiting.filter(pk=one.pk).update(ask_at=after(pause), asked=F("asked") + 1)
    return one


def _provider_of(one: Payment | Refund) -> str:
    return one.provider if isinstance(one, Payment) else one.payment.provider


def look(one: Payment, provider: Provider) -> Payment:
    """Ask what has become of an order; close it where it has run out and nothing came."""
    told = provider.query(one.number)
    now = take(one.provider, told)
    unpaid = told.standing in (Standing.OPEN, Standing.FAILED, Standing.ABSENT)
    if not (unpaid and now.state == PaymentState.OPEN and has_run_out(now)):
        return now
    # Whoever pays in between keeps it from being closed: the next round hears of it.
    if told.standing is Standing.ABSENT or provider.close(one.number) is Outcome.TAKEN:
        return take(one.provider, Told(one.number, Standing.CLOSED))
    return now


def look_up(one: Payment) -> Payment:
    """As `look`, because somebody wants to know.

    Raises:
        TooMany: it was asked about so often just now.
        WrongState: its provider is not connected any more.
    """
    spend(Meter.PAYMENT_LOOK, one.number)
    if one.state != PaymentState.OPEN:
        return one
    try:
        provider = providers.of(one.provider)
    except ImproperlyConfigured:
        raise WrongState(NOT_CONNECTED) from None
    return look(one, provider)


def press(one: Refund, provider: Provider) -> Refund:
    """Ask for a refund, or what has become of it: its number is the same, so it is given once."""
    told = provider.query_refund(one.number)
    if told.standing is Standing.ABSENT:
        payment = one.payment
        told = provider.refund(
            RefundOrder(
                number=one.number,
                order=payment.order_number,
                transaction=payment.transaction,
                amount_fen=one.amount_fen,
                paid_fen=payment.amount_fen,
            )
        )
    note(one, told.said)
    return take_refund(provider.name, told)
