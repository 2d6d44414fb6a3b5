"""Which step of a case has a receipt, under which number, and who may have it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from applications.follow_ups.queries import reads_ratings
from applications.models import Application
from applications.queries import may_see, numbered
from applications.who import as_reader
from approvals.advice.queries import at_desk
from approvals.models import Permit
from approvals.queries import visible
from core.events import has_receipt
from core.problems import Missing
from ledger.models import Entry
from ledger.queries import Event, took_any
from ledger.receipts.content import number_of

RATED = frozenset({"case.acceptance_rated", "case.rated"})
NUMBER = re.compile(r"(?P<case>[A-Z0-9]{1,20})-(?P<seq>[1-9][0-9]{0,8})")
SUBMITTED = "case.submitted"


def receipt_of(case_number: str, event: Event) -> str | None:
    return number_of(case_number, event.seq) if has_receipt(event.type) else None


def receipt_url(case_number: str, event: Event) -> str:
    """Return the address of the receipt of a step; empty where there is none."""
    if not has_receipt(event.type):
        return ""
    return reverse("applications:receipt", args=[case_number, event.seq])


def url_of_last(case_number: str, events: Iterable[Event], event_type: str) -> str:
    found = [event for event in events if event.type == event_type]
    return receipt_url(case_number, found[-1]) if found else ""


@dataclass(frozen=True, slots=True)
class Found:
    """A step, its case and permit, and what of it the reader may read.

    `whole`: the case, and not only the permit. `opened`: what the entry commits to."""

    case: Application
    entry: Entry
    permit: Permit | None
    whole: bool
    opened: bool


def find(number: str, seq: int, user: User) -> Found:
    """Return a step for whoever may see its case, the bureau of the permit or of the advice that it
    is about, or whoever took it and had the case then.

    Raises:
        Missing: there is none, it has no receipt, or it is not for this person's eyes.
    """
    case = numbered(number)
    if case is None:
        raise Missing
    entry = Entry.objects.filter(case_ref=case.ref, case_seq=seq).first()
    if entry is None or not has_receipt(entry.type):
        raise Missing
    whole, permit = may_see(case, user), None
    if entry.part is not None:
        seen = Permit.objects.filter(visible(user), ref=entry.part, case_ref=entry.case_ref)
        permit = seen.first()
    if not (whole or permit or stays_theirs(entry, user) or advised(entry, user)):
        raise Missing
    # What a rating says is not for those rated.
    opened = (
        entry.type not in RATED or as_reader(case, user) is not None or reads_ratings(case, user)
    )
    return Found(case.workflow(), entry, permit, whole, opened)


def advised(entry: Entry, user: User) -> bool:
    """Whether it is of an advice that the person's bureau was asked for."""
    return entry.part is not None and at_desk(user).filter(ref=entry.part).exists()


def stays_theirs(entry: Entry, user: User) -> bool:
    """Whether the person took this step for the applicant before somebody else took the case over:
    the receipt of it is all that stays."""
    later = Entry.objects.filter(
        case_ref=entry.case_ref, type="case.handed_over", case_seq__gt=entry.case_seq
    )
    step = Entry.objects.filter(pk=entry.pk, actor_role=Role.APPLICANT)
    return later.exists() and took_any(user.pk, step)


def split(number: str) -> tuple[str, int]:
    """Return the numbers of case and entry; Missing where it is no number of a receipt."""
    found = NUMBER.fullmatch(number.upper())
    if found is None:
        raise Missing
    return found["case"], int(found["seq"])
