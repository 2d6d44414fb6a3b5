"""The tables of the app."""

from money.catalogue import FeeItem, Nature, Payee
from money.charges.models import Charge
from money.complaints.models import Complaint
from money.payments.models import Payment, Refund

__all__ = ["Charge", "Complaint", "FeeItem", "Nature", "Payee", "Payment", "Refund"]
