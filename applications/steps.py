"""One step of a case: hold it, check it, record it, move it, keep its clocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts.actor import Actor
from accounts.models import User
from applications.models import Application
from applications.moves import actions_of
from applications.permissions import may_see
from applications.states import NOBODY, Holder, holder_in
from core.problems import Faster, Missing, Stale, WrongState
from deadlines import actions as clocks
from deadlines.models import Clock
from deadlines.sweep import hold_case
from ledger.queries import last_step
from ledger.record import NewEntry, append
from notifications import outbox
from rules.names import Kind

HANDLING = [Clock.Kind.HANDLING]
SUBJECT = "application"


def take(ref: UUID) -> Application:
    """Hold a case, record what is late in it, and return it as it stands, as its workflow.

    Raises:
        Missing: there is no such case.
    """
    hold_case(ref)
    try:
        return Application.objects.get(ref=ref).workflow()
    except Application.DoesNotExist:
        raise Missing from None


def take_seen(ref: UUID, by: User) -> Application:
    """Hold a case that the person may see.

    Raises:
        Missing: there is none, or it is not for this person's eyes.
    """
    case = take(ref)
    if not may_see(case, by):
        raise Missing
    return case


def check_state(case: Application, action: str, by: User | None) -> None:
    """Refuse an action that is not a legal move from where the case stands.

    Raises:
        Faster: it was legal until somebody else's last step.
        WrongState: it is not legal now, or never for this kind.
    """
    method = getattr(case, action, None)
    if method is not None and can_proceed(method):
        return
    last = last_step(case.ref)
    if last and by and last.actor_id not in (None, by.pk) and _was_legal(method, last.from_state):
        winner = {"role": last.role, "at": last.at.isoformat()}
        raise Faster(why_not(case, action), winner=winner)
    raise WrongState(why_not(case, action))


def _was_legal(method: Any, state: str) -> bool:
    return bool(method and state and method._django_fsm.has_transition(state))


def why_not(case: Application, action: str) -> str:
    """Return why an action is not possible where the case stands, as a sentence."""
    if action not in actions_of(Kind(case.kind)):
        return _("Cases of this kind do not have this step.")
    state = case.get_state_display()
    return _("The case is in the state “%(state)s”.") % {"state": state}


def check_version(case: Application, version: int | None) -> None:
    """Refuse a form or request made from an older version of the case.

    Raises:
        Stale: the case has moved since.
    """
    if version is not None and version != case.version:
        raise Stale


@dataclass(frozen=True, slots=True)
class Move:
    """What a step does, besides moving the case.

    Args:
        action: name of the transition.
        event: ledger type, `case.<past participle>`.
        args: what the transition decides by.
        columns: columns set beforehand, to be saved with the state.
        data: what the entry commits to, besides the number of the case.
    """

    action: str
    event: str
    args: Mapping[str, Any] = field(default_factory=dict)
    columns: Sequence[str] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


def prepare(case: Application, move: Move, actor: Actor) -> NewEntry:
    """Make the transition in memory and return the entry that records it."""
    before = case.state
    getattr(case, move.action)(**move.args)
    holder = holder_in(case.kind, case.state)
    return NewEntry(
        case_ref=case.ref,
        type=move.event,
        actor=actor,
        from_state=before,
        to_state=case.state,
        holder=holder or NOBODY,
        clock=clock_words(case.holder, holder),
        lineage=case.lineage,
        data={"number": case.number, **move.data},
    )


def make(case: Application, move: Move, actor: Actor) -> datetime:
    """Carry out a step of a held and checked case, and return its instant."""
    entry = prepare(case, move, actor)
    at = append(entry)[0].at
    settle_into(case, entry.holder, at, columns=move.columns)
    tell(case, move.event, actor)
    return at


def clock_words(before: str, after: str) -> str:
    """Return what a change of holder does to the handling clock, in the record's words."""
    if before == after:
        return ""
    if not after:
        return "all stopped"
    if Holder.SUPPLIER in (before, after):
        return "handling paused" if before == Holder.SUPPLIER else "handling resumed"
    return ""


def settle_into(
    case: Application, holder: str, at: datetime, *, columns: Sequence[str] = ()
) -> None:
    """Save a moved case with its holder and let the clocks follow, all at one instant."""
    before, case.holder = case.holder, "" if holder == NOBODY else holder
    case.version += 1
    changed = {*columns, "state", "version"}
    if before != case.holder:
        case.held_since = at
        changed |= {"holder", "held_since"}
    if not case.holder:
        case.ended_at = at
        changed.add("ended_at")
    case.save(update_fields=sorted(changed))
    _keep_clocks(case, before, at)


def _keep_clocks(case: Application, before: str, at: datetime) -> None:
    if before == case.holder:
        return
    if not case.holder:
        clocks.stop_all(case_ref=case.ref, at=at)
    elif before == Holder.SUPPLIER:
        clocks.pause(case_ref=case.ref, kinds=HANDLING, at=at)
    elif case.holder == Holder.SUPPLIER:
        clocks.resume(case_ref=case.ref, kinds=HANDLING, at=at)


def tell(case: Application, event: str, actor: Actor) -> None:
    """Leave a message for the account that filed, unless it did the step itself."""
    if actor.user_id == case.filed_by_id:
        return
    outbox.put(
        kind=event,
        subject_kind=SUBJECT,
        subject_id=case.pk,
        case_ref=case.ref,
        version=case.version,
        recipients=[case.filed_by_id],
        context={"number": case.number, "state": case.state},
    )
