"""Charges, payments and refunds in tests, by the real acts of the real people."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.db import connection

from money.charges.actions import charge
from money.charges.models import Charge
from money.payments.actions import REFUNDS, order_for
from money.payments.models import Payment, Refund
from money.payments.receiving import take, take_refund
from money.providers.interface import RefundTold, Standing, Told
from portal.invariants import broken
from rules.names import Kind
from tests.builders import People, filed
from tests.money.counterpart import Counterpart, payments
from tests.publishing.builders import PAYEES, published

#: One item for two sources only, and one of a guided price on request.
FEES: Final = """\
code,item,payer,kinds,purposes,payees,unit,rate,nature,legal_basis,from_date,until_date
DUAL,High reliability,Two sources,hv_dual,,GD,CNY/kVA,12.5,government_set,Order 1,2021-01-01,
BOTH,Test on request,Who asks,hv_single;hv_dual,,GD;GC,CNY,600,government_guided,Order 2,2021-01-01,
"""


def catalogue(people: People) -> None:
    published("payees", PAYEES, people["supply-lead"])
    published("fees", FEES, people["supply-lead"])


def due(people: People, **said: Any) -> Charge:
    """CNY 1,200 of a factory, to the supply company."""
    body = {"fee_item": "BOTH", "quantity": 2, "payee": "GD"} | said
    return charge(application=filed(people, Kind.HV_DUAL), body=body, by=people["manager"])


@contextmanager
def online() -> Iterator[Counterpart]:
    """The city has a provider of payments."""
    with TemporaryDirectory() as folder, payments(Path(folder)) as counterpart:
        yield counterpart


def ordered(people: People, charge: Charge) -> Payment:
    return order_for(charge, people["factory"])


def told(one: Payment, standing: Standing = Standing.DONE, **said: Any) -> Told:
    """What the provider says where all is well."""
    usual: dict[str, Any] = {
        "number": one.number, "standing": standing, "transaction": f"T-{one.number}",
        "amount_fen": one.amount_fen, "merchant": one.merchant,
    }  # fmt: skip
    return Told(**usual | said)


def paid(people: People, charge: Charge) -> Payment:
    one = ordered(people, charge)
    return take(one.provider, told(one))


def late(people: People, charge: Charge) -> Payment:
    """Its order was closed before the money came."""
    one = ordered(people, charge)
    take(one.provider, told(one, Standing.CLOSED))
    return take(one.provider, told(one))


def refunded(people: People, payment: Payment, **body: Any) -> Refund:
    """Asked for by the manager who has the case."""
    new = Refund(application=payment.application, payment=payment)
    said = {"reason": "多收了"} | body
    return REFUNDS.perform(new, "ask", by=people["manager"], body=said)


def refund_told(one: Refund, standing: Standing = Standing.DONE, **said: Any) -> RefundTold:
    usual: dict[str, Any] = {
        "number": one.number, "order": one.payment.number, "standing": standing,
        "amount_fen": one.amount_fen, "merchant": one.payment.merchant,
    }  # fmt: skip
    return RefundTold(**usual | said)


def refund_failed(people: People, payment: Payment, **body: Any) -> Refund:
    one = refunded(people, payment, **body)
    return take_refund(payment.provider, refund_told(one, Standing.FAILED))


def ask_now() -> None:
    """The worker's time to ask about everything has come."""
    with connection.cursor() as cursor:
        for table in ("money_payment", "money_refund"):
            cursor.execute(f"UPDATE {table} SET ask_at = now() WHERE ask_at IS NOT NULL")


def wrong() -> list[tuple[str, list[Any]]]:
    """What does not hold of all that is kept."""
    return [(name, rows) for name, rows in broken() if rows]
