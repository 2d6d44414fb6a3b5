"""Reads that findings and orders have in common, and the quarters in which they are counted."""

from datetime import date, datetime
from typing import Any, Final

from django.db.models import F, QuerySet
from django.db.models.functions import TruncQuarter

from accounts.models import User
from core.clock import CITY
from core.problems import Missing
from oversight.models import M
from oversight.permissions import addressed_to, watched

NEWEST_FIRST: Final = ("-id",)


def readable(kind: type[M], user: User) -> QuerySet[M]:
    """Return those that a person may read."""
    return kind._default_manager.filter(watched(user) | addressed_to(user))


def watched_by(kind: type[M], user: User) -> QuerySet[M]:
    """Return those of the districts that a person watches over."""
    return kind._default_manager.filter(watched(user))


def answered_by(kind: type[M], user: User) -> QuerySet[M]:
    """Return those that a person answers as the lead of their addressee."""
    return kind._default_manager.filter(addressed_to(user))


def one_of(found: QuerySet[M], number: str) -> M:
    """Return one by its number.

    Raises:
        Missing: it is not among them.
    """
    one = found.filter(number=number).first()
    if one is None:
        raise Missing
    return one


def by_quarter(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """Return rows with the `quarter` of the city's calendar in which an instant of them lies."""
    inside = rows.filter(**{f"{column}__isnull": False}).order_by()
    found: QuerySet[Any] = inside.annotate(quarter=TruncQuarter(F(column), tzinfo=CITY))
    return found


def first_day(quarter: datetime) -> date:
    """Return the first day of a quarter of `by_quarter`."""
    return quarter.astimezone(CITY).date()
