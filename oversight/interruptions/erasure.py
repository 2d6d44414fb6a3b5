"""Erasing complaints about interruptions: some time after their end, where the rules say how long,
or with the account of whoever complained."""

from datetime import timedelta
from functools import partial
from typing import Final

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actor import SYSTEM
from accounts.models import User
from applications.personal import Kept, kept_words
from core.clock import city_now
from core.locks import each_held
from documents import storage
from documents.queries import about as documents_about
from ledger.record import NewEntry, append
from oversight.interruptions.answers import OwnInterruption
from oversight.interruptions.models import InterruptionComplaint
from oversight.interruptions.queries import CLOCKED, own_of
from oversight.interruptions.reading import own_rows
from rules.policy import Policy
from rules.registry import policy

ERASED: Final = "interruption.erased"
RETENTION: Final = "interruption.retention.days"


def erase_ended() -> int:
    """Erase some that ended long enough ago; return how many."""
    kept = policy().get(RETENTION)
    if kept is None:
        return 0
    before = city_now() - timedelta(days=int(kept.number))
    return each_held(_kept().filter(ended_at__lt=before).order_by("ended_at"), _erase)


def erase_of(user: User) -> None:
    """All of somebody's, ended as they are; in the caller's transaction."""
    for one in _kept().filter(pk__in=own_of(user).values("pk")).select_for_update():
        _erase(one)


def _kept() -> QuerySet[InterruptionComplaint]:
    return CLOCKED.ended(InterruptionComplaint.objects.all()).exclude(text="")


def _erase(held: InterruptionComplaint) -> None:
    append(NewEntry(held.ref, ERASED, SYSTEM, data={"number": held.number}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_interruption(%s)", [held.ref])
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        transaction.on_commit(partial(storage.delete, name))


def waits(user: User) -> str:
    if not CLOCKED.opened(own_of(user)).exists():
        return ""
    return _("A complaint of yours is not decided yet. Close the account when it is.")


def told(rules: Policy) -> list[str]:
    return [
        _("Complaints about interruptions, what was said of them, and the phone for them"),
        _("To decide on them, and to tell you"),
        _("Duty by law (PIPL 13(1)3)"),
        kept_words(
            rules,
            RETENTION,
            _("%(days)d days after the end, or until you close the account (%(clause)s)"),
            _("Until you close the account; no other period is set in the city's rules yet"),
        ),
    ]


KEPT: Final = Kept(
    name="interruptions",
    title=lambda: _("Complaints about interruptions"),
    answer=OwnInterruption,
    found=own_of,
    rows=own_rows,
    documents=lambda one: documents_about(one.word, one.pk),
    waits=waits,
    erase=erase_of,
    told=told,
)
