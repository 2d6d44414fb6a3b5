"""Writing about a case, and entering a call to its applicant.

Nothing of the case moves by it, so these are entries of the record and no acts of its machine:
nobody's form becomes stale because somebody else rang.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.actor import Actor
from accounts.models import User
from accounts.roles import Role
from accounts.visits import LINK_LASTS
from applications.actions import CASES
from applications.checklist import SUBJECT
from applications.correspondence.events import CALLED, FROM_APPLICANT, SETTLED, TO_APPLICANT
from applications.correspondence.models import Attempt, CaseMessage
from applications.correspondence.queries import (
    Side,
    answering,
    as_desk,
    as_writer,
    messages_of,
    reads_here,
    unanswered,
)
from applications.correspondence.serializers import NewAttempt, NewMessage
from applications.erasure import is_erased
from applications.guards import ERASED
from applications.models import Application
from applications.notices import AT_WORK
from applications.queries import applicants
from applications.states import State
from applications.who import represented
from core.bodies import read
from core.fields import text_digest
from core.problems import Faster, Forbidden, Stale, WrongState
from ledger.queries import last_step
from ledger.record import NewEntry, Written, append
from notifications import outbox
from notifications.addresses import Address
from rules.delivery import Channel
from rules.limits import Meter
from workflow.machine import OWN_CASE

NOT_YOURS: Final = _(
    "Only the applicant writes here, and the supply company or the counter that took the case in."
)
NOT_READ: Final = _(
    "This case was taken in at a counter, and no SMS reaches its customer: please ring."
)

ANSWERED_SINCE: Final = _(
    "Somebody has written to the applicant since you opened this. Read it, and send yours only if "
    "it is still needed."
)
#: What ends the waiting of a message.
ANSWERS: Final = frozenset({TO_APPLICANT, CALLED, SETTLED})


def write(
    *, application: Application, body: Mapping[str, Any], by: User, seen: int | None = None
) -> CaseMessage:
    """Write a message about a case, from the side on which somebody stands.

    Args:
        body: as `NewMessage` declares it.
        seen: the newest message that was there when it was begun, if the request says so.

    Raises:
        Missing, Forbidden, WrongState: in this order.
        Stale: somebody of the company has written to the applicant since.
        Invalid: a refused text. TooMany: a limit is reached.
    """
    with transaction.atomic():
        case = CASES.hold_seen(application, by)
        role = as_writer(case, by)
        if role is None:
            return _write_to_applicant(case, body, by, seen)
        check_kept(case)
        text = read(NewMessage, body)["text"]
        # Each code at a counter is a party of its own: there the phone is counted.
        whom = by.party_id if by.shown_phone is None else by.shown_phone.hex()
        limits.spend(Meter.MESSAGE_PARTY, whom)
        waits = unanswered().filter(application=case).exists()
        written = _enter(case, FROM_APPLICANT, role, by, _digest(text))
        if not waits:
            _tell_company(case, written)
        return _keep(case, Side.APPLICANT, role, text, written)


def _tell_company(case: Application, written: Written) -> None:
    """Once for all that waits: the next message is told when these are answered."""
    outbox.put(
        kind=FROM_APPLICANT,
        subject_kind=AT_WORK,
        subject_id=case.pk,
        case_ref=case.ref,
        version=written.case_seq,
        recipients=answering(case),
        context={"number": case.number},
    )


def _write_to_applicant(
    case: Application, body: Mapping[str, Any], by: User, seen: int | None
) -> CaseMessage:
    """The applicant is told that there is a message, over the channels of their choice, and never
    what it says."""
    role = desk_role(case, by)
    check_kept(case)
    if not reads_here(case):
        raise WrongState(NOT_READ)
    if seen is not None:
        _check_seen(case, seen)
    text = read(NewMessage, body)["text"]
    limits.spend(Meter.MESSAGE_CASE, case.pk)
    written = _enter(case, TO_APPLICANT, role, by, _digest(text))
    _answered(case, written.at)
    _tell(case, written)
    return _keep(case, Side.SUPPLIER, role, text, written)


def _tell(case: Application, written: Written) -> None:
    """The customer of a counter is no party here: its phone is told, and follows the case."""
    context = {"number": case.number}
    if case.channel == Application.Channel.COUNTER:
        outbox.send_code(
            Address(Channel.SMS, case.phone),
            kind=TO_APPLICANT,
            secret={},
            context=context | {"variant": "counter"},
            lasts=LINK_LASTS,
            language=User.Language.ZH,
        )
        return
    outbox.put(
        kind=TO_APPLICANT,
        subject_kind=SUBJECT,
        subject_id=case.pk,
        case_ref=case.ref,
        version=written.case_seq,
        recipients=applicants(case),
        context=context,
    )


def _check_seen(case: Application, seen: int) -> None:
    """No applicant is answered twice because two people of the company read the same question."""
    answer = messages_of(case).filter(side=Side.SUPPLIER, pk__gt=seen).first()
    if answer is not None:
        raise Stale(ANSWERED_SINCE, winner={"role": answer.role, "at": answer.at.isoformat()})


def settle_messages(*, application: Application, by: User) -> None:
    """Note that what the applicant wrote last needs no answer.

    Raises:
        Missing, Forbidden, WrongState: in this order; nothing waits for an answer.
    """
    with transaction.atomic():
        case = CASES.hold_seen(application, by)
        role = desk_role(case, by)
        if not unanswered().filter(application=case).exists():
            raise _none_waits(case, by)
        _answered(case, _enter(case, SETTLED, role, by, {}).at)


def _none_waits(case: Application, by: User) -> WrongState:
    text, last = _("No message waits for an answer."), last_step(case.ref, types=ANSWERS)
    if last is None or last.actor_id == by.pk:
        return WrongState(text)
    return Faster(text, winner={"role": last.role, "at": last.at.isoformat()})


def enter_attempt(*, application: Application, body: Mapping[str, Any], by: User) -> Attempt:
    """Enter a call to the applicant; one that reached them answers what they wrote.

    Args:
        body: as `NewAttempt` declares it.

    Raises:
        Missing, Forbidden, WrongState: in this order. Invalid: refused values.
    """
    with transaction.atomic():
        case = CASES.hold_seen(application, by)
        role = desk_role(case, by)
        check_kept(case)
        values = read(NewAttempt, body)
        written = _enter(case, CALLED, role, by, values)
        if values["outcome"] == Attempt.Outcome.REACHED:
            _answered(case, written.at)
        return Attempt.objects.create(
            application=case, seq=written.case_seq, role=role, at=written.at, **values
        )


def desk_role(case: Application, by: User) -> Role:
    """Raises Forbidden for whoever does not work on the case, or whose own it is."""
    role = as_desk(case, by)
    if role is None:
        raise Forbidden(OWN_CASE if case.concerns(by) else NOT_YOURS)
    return role


def check_kept(case: Application) -> None:
    """Raises WrongState for a draft, and for a case whose person is erased."""
    if case.state == State.DRAFT:
        raise WrongState(_("It is a draft still: nobody works on it yet."))
    if is_erased(case):
        raise WrongState(ERASED)


def _enter(case: Application, kind: str, role: Role, by: User, data: Mapping[str, Any]) -> Written:
    actor = Actor(by.pk, role, case.district)
    own = kind == FROM_APPLICANT and by.shown_phone is None
    whose = represented(case, by.party_id) if own else {}
    said = {"number": case.number, **whose, **data}
    [written] = append(NewEntry(case_ref=case.ref, type=kind, actor=actor, data=said))
    return written


def _keep(case: Application, side: Side, role: Role, text: str, written: Written) -> CaseMessage:
    return CaseMessage.objects.create(
        application=case, seq=written.case_seq, side=side, role=role, text=text, at=written.at
    )


def _answered(case: Application, at: datetime) -> None:
    unanswered().filter(application=case).update(answered_at=at)


def _digest(text: str) -> dict[str, str]:
    return {"sha256": text_digest(text)}
