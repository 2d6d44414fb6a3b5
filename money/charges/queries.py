"""Reads of charges."""

from collections.abc import Collection
from typing import Final

from django.db.models import QuerySet

from accounts.models import User
from applications.models import Application
from applications.queries import case_for
from core.problems import Missing
from money.charges.models import Charge

NEWEST_FIRST: Final = ("-entered_at", "-id")


def charged(districts: Collection[str] | None) -> QuerySet[Charge]:
    """Every charge of some districts (None: all), the newest first."""
    found = Charge.objects.select_related("application", "fee_item", "declared")
    if districts is not None:
        found = found.filter(district__in=sorted(districts))
    return found.order_by(*NEWEST_FIRST)


def in_case(case: Application) -> QuerySet[Charge]:
    """A draft's number may be that of a case to come: it has none."""
    found = Charge.objects.filter(application_id=case.pk).select_related("fee_item", "declared")
    return found.none() if case.draft else found.order_by("id")


def one_of(case: Application, pk: int) -> Charge:
    """Raises Missing where the case has no such charge."""
    one = in_case(case).filter(pk=pk).first()
    if one is None:
        raise Missing
    one.application = case
    return one


def one_for(number: str, pk: int, user: User) -> Charge:
    """Raises Missing: there is none, or its case is not for this person's eyes."""
    return one_of(case_for(number, user), pk)


def at_work(pk: int, user: User) -> Charge:
    """The same, found by itself: by those of the supply company."""
    one = Charge.objects.filter(pk=pk).select_related("application").first()
    if one is None:
        raise Missing
    return one_for(one.application.number, pk, user)
