"""The tables of the app."""

from money.catalogue import FeeItem, Nature, Payee
from money.charges.models import Charge
from money.payments.models import Payment, Refund
from money.reconciliation.models import Bill, BillEntry, Difference

__all__ = [
    "Bill",
    "BillEntry",
    "Charge",
    "Difference",
    "FeeItem",
    "Nature",
    "Payee",
    "Payment",
    "Refund",
]
