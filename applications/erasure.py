"""Erasing the person of cases that ended longer ago than the rules keep them (PIPL 19, 47).

The step, the limits and the digests stay, so that the record still holds; who it was for, what was
written and the files go. Entries keep their commitments, which nobody can open any more.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Now

from accounts.actor import SYSTEM
from accounts.identities import ConfirmedIdentity
from accounts.visits import VISIT_ABSOLUTE
from applications.enquiries.workflow import EnquiryState
from applications.follow_ups.workflow import FollowUpState
from applications.models import Application, Draft
from approvals.commitments.models import Commitment, to_check
from core.clock import city_now
from core.locks import try_lock_case
from documents import storage
from ledger.record import NewEntry, append
from rules.registry import policy
from rules.values import Valued
from workflow.clocked.queries import OPEN

ERASED: Final = "case.erased"
#: Cases a run: each is a transaction of its own.
MOST: Final = 200


def is_erased(case: Application) -> bool:
    return case.draft is None and not case.id_number


def retention() -> Valued | None:
    """The days after its end for which a case's personal data are kept; None where no rule says,
    and then nothing is erased."""
    return policy().get("case.retention.days")


def erase_ended() -> int:
    """Erase the persons of some ended cases, the oldest first; return how many."""
    kept = retention()
    if kept is None:
        return 0
    before = city_now() - timedelta(days=int(kept.number))
    old = due(before).order_by("ended_at").values_list("pk", flat=True)
    return sum(_erase(pk, before) for pk in list(old[:MOST]))


def due(before: datetime) -> QuerySet[Application]:
    """What a filed case came to is counted before (`facts`), its raters are called, what was asked
    about it is answered, complaints about its charges are decided, its commitments checked."""
    counted = Q(filed_at=None) | Q(facts__counted_at__isnull=False)
    ended = Application.objects.filter(counted, ended_at__lt=before).exclude(id_number="")
    asked = ended.exclude(enquiries__state=EnquiryState.OPEN)
    answered = asked.exclude(complaints__state=OPEN)
    unchecked = to_check(Commitment.objects.all()).values("permit__case_ref")
    checked = answered.exclude(ref__in=unchecked)
    return checked.exclude(follow_ups__state=FollowUpState.OPEN)


def end_identities() -> int:
    """End what was confirmed of parties without an account that have nothing here any more: no
    draft, and no case but erased ones. Whoever visits just now may still begin; return how many."""
    mine = {"filed_by": OuterRef("party")}
    begun = Draft.objects.filter(**mine, discarded_at=None)
    kept = Application.objects.filter(**mine).exclude(id_number="")
    old = ConfirmedIdentity.objects.filter(
        party__user=None, confirmed_at__lt=Now() - Value(VISIT_ABSOLUTE)
    )
    return old.exclude(Exists(begun)).exclude(Exists(kept)).end()


def _erase(pk: int, before: datetime) -> int:
    """Whoever has the case just now keeps it until the next run."""
    with transaction.atomic():
        case = Application.objects.get(pk=pk)
        if not try_lock_case(case.ref) or not due(before).filter(pk=pk).exists():
            return 0
        append(NewEntry(case.ref, ERASED, SYSTEM, data={"number": case.number}))
        with connection.cursor() as cursor:
            cursor.execute("SELECT erase_case(%s)", [case.ref])
            names = [name for (name,) in cursor.fetchall()]
        for name in names:
            transaction.on_commit(partial(storage.delete, name))
    return 1
