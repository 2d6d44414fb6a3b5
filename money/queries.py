"""Reads of the fee catalogue and of payees."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from core.clock import city_now, local_date
from money.catalogue import FeeItem, Payee
from publishing.queries import in_force


def fees_in_force(on: date | None = None) -> QuerySet[FeeItem]:
    """The items of the catalogue in force on a day (today by the city's clock), by number.

    Only what is in the catalogue that day may be charged (优化营商环境条例 25).
    """
    return _in_force(FeeItem, on)


def payees_in_force(on: date | None = None) -> QuerySet[Payee]:
    """Who may be paid on a day, by code."""
    return _in_force(Payee, on)


def _in_force(model: Any, on: date | None) -> QuerySet[Any]:
    day = on or local_date(city_now())
    return in_force(model.objects.standing(), day).order_by("code")


def fee_in_force(code: str, on: date | None = None) -> FeeItem | None:
    """The catalogue's item of that number in force on a day; None where there is none."""
    return fees_in_force(on).filter(code=code).first()
