"""Who a case is for, in full: shown to staff for a reason that the record keeps.

Pages mask name, number and phone. Whoever must compare them with a document, or ring, says why.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.actor import Actor
from accounts.models import User
from accounts.roles import SUPPLY_DESK, Role
from applications.actions import CASES
from applications.correspondence.events import PHONE_SHOWN
from applications.correspondence.serializers import CallReason, reason_words
from applications.erasure import is_erased
from applications.follow_ups.models import FollowUp
from applications.guards import ERASED
from applications.models import Application
from applications.states import State
from applications.who import as_worker
from core.answers import MaybeText
from core.bodies import Body, WordsField, read
from core.clock import CITY
from core.problems import Forbidden, WrongState
from ledger.models import Entry, Salt
from ledger.record import NewEntry, append

#: Name, number and phone; or the phone alone, with the name, to call the applicant.
SHOWN: Final = "case.identity_shown"
KINDS: Final = (SHOWN, PHONE_SHOWN)
NOT_YOURS = _("Only the supply company and the counter that took the case in see these in full.")


class Reveal(Body):
    """Why somebody must see who a case is for."""

    reason = WordsField(
        label=_("What you need them for"),
        help_text=_("It is kept in the record; the applicant and the regulator read it."),
        max_length=300,
    )


#: What is said of why, by what is shown.
WHY: Final[dict[str, type[Body]]] = {SHOWN: Reveal, PHONE_SHOWN: CallReason}


class Identity(serializers.Serializer[Any]):
    """Who a case is for, in full."""

    name = serializers.CharField(source="applicant_name")
    id_number = serializers.CharField()
    phone = serializers.CharField()
    proposed_name = MaybeText(
        source="open_correction.name", default=None, help_text="Of a correction that waits."
    )
    proposed_id_number = MaybeText(source="open_correction.id_number", default=None)


def may_reveal(case: Application, user: User) -> Role | None:
    """The role by which a person may see it."""
    if case.state == State.DRAFT or is_erased(case):
        return None
    return as_worker(case, user)


def reveal(
    *, application: Application, body: Mapping[str, Any], by: User, kind: str = SHOWN
) -> None:
    """Record that a person sees name, number and phone of a case, and why.

    Args:
        body: as `Reveal` declares it, `CallReason` where the phone alone is seen.
        kind: of the entry; `PHONE_SHOWN` where the phone alone is seen.

    Raises:
        Missing, Forbidden, WrongState: in this order; a draft is nobody's work yet.
        Invalid: without a reason.
    """
    with transaction.atomic():
        case = CASES.hold_seen(application, by)
        role = as_worker(case, by)
        if role is None:
            raise Forbidden(NOT_YOURS)
        if case.state == State.DRAFT:
            raise WrongState(_("It is a draft still: nobody works on it yet."))
        if is_erased(case):
            raise WrongState(ERASED)
        data = {"number": case.number, **read(WHY[kind], body)}
        append(NewEntry(case.ref, kind, Actor(by.pk, role, case.district), data=data))


@dataclass(frozen=True, slots=True)
class Showing:
    """One time that somebody saw it; the reason is empty, and the account not known, where they
    were forgotten by law."""

    case_ref: UUID
    kind: str
    at: datetime
    role: str
    reason: str
    by: int | None


def showings(*cases: Application) -> list[Showing]:
    """Oldest first; two statements, one more where a case was rated: those of whoever followed up
    a low rating are among them."""
    case_of = {case.ref: case.ref for case in cases}
    if rated := [case for case in cases if case.rating or case.acceptance_rating]:
        followed = FollowUp.objects.filter(application__in=rated)
        case_of |= dict(followed.values_list("ref", "application__ref"))
    entries = list(Entry.objects.filter(case_ref__in=case_of, type__in=KINDS).order_by("at", "id"))
    sealed = Salt.objects.in_bulk([entry.salt_ref for entry in entries])
    return [
        _showing(case_of[entry.case_ref], entry, sealed.get(entry.salt_ref)) for entry in entries
    ]


def _showing(case_ref: UUID, entry: Entry, salt: Salt | None) -> Showing:
    said = json.loads(salt.data) if salt and salt.data else {}
    return Showing(
        case_ref=case_ref,
        kind=entry.type,
        at=entry.at,
        role=entry.actor_role,
        reason=reason_words(said),
        by=salt.actor_id if salt else None,
    )


def counts(districts: Collection[str] | None, starts: Sequence[date]) -> dict[str, list[int]]:
    """How often since each day, by role; no districts (None) are all."""
    found = Entry.objects.filter(type__in=KINDS)
    if districts is not None:
        found = found.filter(actor_district__in=sorted(districts))
    by_role: dict[str, list[int]] = {role.value: [0] * len(starts) for role in SUPPLY_DESK}
    for place, start in enumerate(starts):
        since = found.filter(at__gte=datetime.combine(start, time(), CITY))
        for role, count in since.values_list("actor_role").annotate(Count("id")):
            by_role[role][place] = count
    return by_role
