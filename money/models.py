"""The tables of the app."""

from money.catalogue import FeeItem, Nature, Payee
from money.charges.models import Charge
from money.complaints.models import Complaint
from money.investments.models import Investment
from money.payments.models import Payment, Refund
from money.prices.models import PricePolicy
from money.reconciliation.models import Bill, BillEntry, Difference

__all__ = [
    "Bill", "BillEntry", "Charge", "Complaint", "Difference", "FeeItem", "Investment", "Nature",
    "Payee", "Payment", "PricePolicy", "Refund",
]  # fmt: skip
