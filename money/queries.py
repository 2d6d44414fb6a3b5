"""Reads of the fee catalogue, of payees, and of what is charged."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet

from applications.models import Application
from core.clock import city_now, local_date
from core.problems import Missing
from money.models import Charge, FeeItem, Payee
from publishing.queries import in_force

NEWEST_FIRST: Final = ("-entered_at", "-id")


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


def charged(districts: Collection[str] | None) -> QuerySet[Charge]:
    """Every charge of some districts (None: all), the newest first."""
    found = Charge.objects.select_related("application", "fee_item", "declared")
    if districts is not None:
        found = found.filter(district__in=sorted(districts))
    return found.order_by(*NEWEST_FIRST)


def charge_of(case: Application, pk: int) -> Charge:
    """A charge of a case; raises Missing."""
    found = Charge.objects.select_related("application", "fee_item", "declared")
    one = found.filter(application=case, pk=pk).first()
    if one is None:
        raise Missing
    return one
