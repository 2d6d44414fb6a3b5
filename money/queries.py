"""Reads of the fee catalogue."""

from datetime import date

from django.db.models import QuerySet

from core.clock import city_now, local_date
from money.models import FeeItem


def fees_in_force(on: date | None = None) -> QuerySet[FeeItem]:
    """The items of the catalogue in force on a day (today by the city's clock), by number.

    Only what is in the catalogue that day may be charged (优化营商环境条例 25).
    """
    day = on or local_date(city_now())
    items: QuerySet[FeeItem] = FeeItem.objects.standing().filter(from_date__lte=day)
    return items.exclude(until_date__lt=day).order_by("code")


def fee_in_force(code: str, on: date | None = None) -> FeeItem | None:
    """The catalogue's item of that number in force on a day; None where there is none."""
    return fees_in_force(on).filter(code=code).first()
