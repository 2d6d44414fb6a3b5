"""Erasing who reported something, where and in what words: some time after the answer, where the
rules say how long, or with the account of whoever reported it."""

from datetime import timedelta
from functools import partial
from typing import Final

from django.db import connection, transaction

from accounts.actor import SYSTEM
from accounts.models import User
from core.clock import city_now
from core.locks import each_held
from documents import storage
from ledger.record import NewEntry, append
from reliability.reports.models import Report
from reliability.reports.queries import CLOCKED, Reports
from rules.registry import policy
from rules.values import Valued

ERASED: Final = "report.erased"


def retention() -> Valued | None:
    """The days after its end for which one is kept; None where no rule says it, and then nothing is
    erased."""
    return policy().get("report.retention.days")


def erase_closed() -> int:
    """Erase some that were closed long enough ago; return how many."""
    kept = retention()
    if kept is None:
        return 0
    before = city_now() - timedelta(days=int(kept.number))
    return each_held(_kept().filter(closed_at__lt=before).order_by("closed_at"), _erase)


def erase_of(user: User) -> None:
    """All that somebody has reported, closed as it is; in the caller's transaction."""
    for one in _kept().filter(party=user.party_id).select_for_update():
        _erase(one)


def waits(user: User) -> bool:
    """Whether somebody has reported what is not closed yet."""
    return CLOCKED.opened(Report.objects.filter(party=user.party_id)).exists()


def _kept() -> Reports:
    return CLOCKED.ended(Report.objects.all()).exclude(text="")


def _erase(held: Report) -> None:
    append(NewEntry(held.ref, ERASED, SYSTEM, data={"number": held.number}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_report(%s)", [held.ref])
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        transaction.on_commit(partial(storage.delete, name))
