from datetime import date, datetime
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import TruncQuarter

from accounts.models import User
from core.clock import CITY
from core.problems import Missing
from oversight.models import M
from oversight.permissions import addressed_to, watched


def readable(kind: type[M], user: User) -> QuerySet[M]:
    return kind._default_manager.filter(watched(user) | addressed_to(user))


def watched_by(kind: type[M], user: User) -> QuerySet[M]:
    return kind._default_manager.filter(watched(user))


def answered_by(kind: type[M], user: User) -> QuerySet[M]:
    return kind._default_manager.filter(addressed_to(user))


def one_of(found: QuerySet[M], number: str) -> M:
    """Raises Missing: none of them has this number."""
    one = found.filter(number=number.upper()).first()
    if one is None:
        raise Missing
    return one


def by_quarter(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """With the `quarter` of the city's calendar; rows without the instant are left out."""
    inside = rows.filter(**{f"{column}__isnull": False}).order_by()
    found: QuerySet[Any] = inside.annotate(quarter=TruncQuarter(F(column), tzinfo=CITY))
    return found


def first_day(quarter: datetime) -> date:
    return quarter.astimezone(CITY).date()
