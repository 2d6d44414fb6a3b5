"""What a provider says of an order, by a notice or asked, compared with the order: the one place
where money comes in. Said twice, at once or in any order, it counts once."""

import logging
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from accounts.actor import SYSTEM
from core.problems import Missing
from money.payments.actions import PAYMENTS, REFUNDS
from money.payments.models import Payment, Refund
from money.payments.workflow import PaymentState, RefundState
from money.providers.interface import CURRENCY, RefundTold, Standing, Told
from workflow.machine import sources

log = logging.getLogger("tongdian.payments")
Differs = Payment.Differs
#: Whose money came before: more of it is another payment.
CAME: Final = (PaymentState.RECEIVED, PaymentState.SURPLUS, PaymentState.REFUNDED)


def take(provider: str, told: Told) -> Payment:
    """Let an order follow what its provider says of it; return it as it stands.

    What was paid is never unpaid by anything that is said later; what is not known changes nothing.

    Args:
        provider: who says it, by name.

    Raises:
        Missing: we have no such order with that provider.
    """
    with transaction.atomic():
        found = _named(Payment, told.number).filter(provider=provider, repeats=None).first()
        if found is None:
            raise Missing
        one = PAYMENTS.hold(found)
        if told.standing is Standing.DONE:
            _paid(one, told)
        elif told.standing is Standing.CLOSED and one.state == PaymentState.OPEN:
            PAYMENTS.move(one, "close", SYSTEM)
    return one


def _paid(one: Payment, told: Told) -> None:
    """Count what was paid for the order, if it is what was ordered and was not counted before."""
    known = Payment.objects.filter(provider=one.provider, transaction=told.transaction)
    if told.transaction and known.exists():
        return
    said = {"transaction": told.transaction, "paid_at": told.at}
    if one.state in CAME:
        _once_more(one, told)
    elif differs := differing(one, told):
        if one.state in sources(Payment, "question"):
            log.warning("payment %s: the provider says %s", one.number, differs)
            PAYMENTS.move(one, "question", SYSTEM, differs=differs)
    elif one.state == PaymentState.CLOSED:
        PAYMENTS.move(one, "receive_late", SYSTEM, **said)
    else:
        PAYMENTS.move(one, "receive", SYSTEM, **said)


def _once_more(first: Payment, told: Told) -> None:
    """Money came again for an order that was paid: it is kept apart, to be given back."""
    if differing(first, told) not in ("", Differs.AMOUNT) or not told.amount_fen:
        log.warning("payment %s: more was said of it than can be counted", first.number)
        return
    new = Payment(
        application=first.application,
        charge=first.charge,
        district=first.district,
        repeats=first,
        number=f"{first.number}-{first.repeated.count() + 2}",
        provider=first.provider,
        merchant=first.merchant,
        amount_fen=told.amount_fen,
    )
    PAYMENTS.move(new, "receive_late", SYSTEM, transaction=told.transaction, paid_at=told.at)


def differing(one: Payment, told: Told) -> str:
    """Which word of a provider differs from the order, one fen too; empty where none does."""
    wanted = {
        Differs.TRANSACTION: bool(told.transaction),
        Differs.MERCHANT: told.merchant == one.merchant,
        Differs.CURRENCY: told.currency == CURRENCY,
        Differs.AMOUNT: told.amount_fen == one.amount_fen,
    }
    return next((str(name) for name, same in wanted.items() if not same), "")


def take_refund(provider: str, told: RefundTold) -> Refund:
    """Let a refund follow what the provider says of it; return it as it stands. One that is done
    stays so.

    Raises:
        Missing: we have asked that provider for no such refund.
    """
    with transaction.atomic():
        found = _named(Refund, told.number).filter(payment__provider=provider).first()
        if found is None:
            raise Missing
        one = REFUNDS.hold(found)
        if one.state not in (RefundState.ASKED, RefundState.FAILED):
            return one
        if told.standing is Standing.DONE:
            if _is_ours(one, told):
                REFUNDS.move(one, "finish", SYSTEM)
            else:
                # It stays on its way, so that it cannot be asked for again: the bill has it too.
                log.warning("refund %s: the provider says another amount", one.number)
                note(one, "amount")
        elif told.standing is Standing.CLOSED:
            REFUNDS.move(one, "close", SYSTEM)
        elif told.standing is Standing.FAILED and one.state == RefundState.ASKED:
            REFUNDS.move(one, "fail", SYSTEM)
    return one


def _is_ours(one: Refund, told: RefundTold) -> bool:
    return (told.amount_fen, told.currency, told.merchant) == (
        one.amount_fen,
        CURRENCY,
        one.payment.merchant,
    )


def note(one: Refund, said: str) -> None:
    """Keep what the provider said last, for whoever looks at a refund that does not come."""
    Refund.objects.filter(pk=one.pk).update(said=said[:40])


def _named(model: type[Payment] | type[Refund], number: str) -> QuerySet[Any]:
    return model._default_manager.filter(number=number).select_related("application")
