"""Erasing what was asked without a case: some time after its answer, where the rules say how long,
or with the account of whoever asked. Questions about a case go with its person (`erase_case`)."""

from datetime import timedelta

from django.db import connection
from django.db.models import QuerySet

from accounts.actor import SYSTEM
from accounts.models import User
from applications.enquiries.models import Enquiry
from applications.enquiries.queries import CLOCKED, asked_by
from core.clock import city_now
from core.locks import each_held
from ledger.record import NewEntry, append
from rules.registry import policy
from rules.values import Valued

ERASED = "enquiry.erased"


def retention() -> Valued | None:
    """The days after its answer for which one is kept; None where no rule says, and then nothing is
    erased."""
    return policy().get("enquiry.retention.days")


def erase_answered() -> int:
    """Erase some that were answered long enough ago; return how many."""
    kept = retention()
    if kept is None:
        return 0
    before = city_now() - timedelta(days=int(kept.number))
    return each_held(_kept().filter(answered_at__lt=before).order_by("answered_at"), _erase)


def erase_of(user: User) -> None:
    """All that somebody has asked, answered as it is; in the caller's transaction."""
    for one in _kept().filter(pk__in=asked_by(user).values("pk")).select_for_update():
        _erase(one)


def waits(user: User) -> bool:
    """Whether somebody has asked what is not answered yet."""
    return CLOCKED.opened(asked_by(user)).exists()


def _kept() -> QuerySet[Enquiry]:
    return CLOCKED.ended(Enquiry.objects.filter(application=None)).exclude(text="")


def _erase(held: Enquiry) -> None:
    append(NewEntry(held.ref, ERASED, SYSTEM, data={"number": held.number}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_enquiry(%s)", [held.ref])
