"""The tables of the app."""

from money.catalogue import FeeItem, Nature, Payee
from money.charges.models import Charge

__all__ = ["Charge", "FeeItem", "Nature", "Payee"]
