"""What people do about a signal. One action is one transaction, or nothing at all.

Each step takes the signal as the caller last saw it, reads it anew under its lock, and returns it
as it is afterwards. `version`: what the caller saw; another one is refused as stale.

Raises (all steps): Missing, Forbidden, Faster, WrongState, Stale, ClockBehind, Invalid; in this
order of refusal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from core.locks import lock_case
from core.problems import Faster, Missing, Stale, WrongState
from integrity import files, messages
from integrity.machine import allows, sources, target, why_not
from integrity.models import Signal
from integrity.permissions import addressee_of, may_see, require
from integrity.states import STEP_TYPES
from ledger.queries import last_step
from ledger.record import NewEntry, append
from rectification.actions import issue, needed
from rectification.models import Order

#: The columns that a step can change.
MOVED: Final = (
    "state", "version", "explanation", "decision", "explained_at", "decided_at", "ended_at",
    "order_ref",
)  # fmt: skip

Files = Sequence["UploadedFile[Any]"]


@dataclass
class Step:
    """One step of one signal, under its lock.

    Args:
        signal: as it stands in the database now.
        action: name of the transition.
        actor: the doer.
    """

    signal: Signal
    action: str
    actor: Actor

    @classmethod
    def begin(cls, signal: Signal, by: User, action: str, version: int | None) -> "Step":
        """Hold the signal, read it anew and check.

        Raises:
            Missing, Forbidden, Faster, WrongState, Stale: in this order of refusal.
        """
        lock_case(signal.ref)
        found = Signal.objects.get(pk=signal.pk)
        if not may_see(by, found):
            raise Missing
        actor = require(by, found, action)
        _require_state(found, action, by)
        if version is not None and version != found.version:
            raise Stale
        return cls(found, action, actor)

    def move(self, data: Mapping[str, Any], **values: Any) -> Signal:
        """Write the entry, move the signal at its instant, save it and tell whom it concerns.

        Args:
            data: what the entry commits to.
            values: further arguments of the transition.
        """
        signal = self.signal
        entry = NewEntry(
            case_ref=signal.ref,
            type=STEP_TYPES[self.action],
            actor=self.actor,
            from_state=str(signal.state),
            to_state=target(signal, self.action),
            data=data,
        )
        at = append(entry)[0].at
        getattr(signal, self.action)(at=at, **values)
        signal.version += 1
        signal.save(update_fields=MOVED)
        messages.tell(signal, self.action)
        return signal


def explain(
    *, signal: Signal, by: User, text: str, uploads: Files = (), version: int | None = None
) -> Signal:
    """Say how it came about, with files that show it if there are any.

    Args:
        uploads: PDF, JPEG or PNG by content; the entry commits to their digests.
    """
    with transaction.atomic():
        step = Step.begin(signal, by, "explain", version)
        said = needed("/text", text)
        kept = files.keep(step.signal, uploads, by)
        return step.move({"text": said, "documents": kept}, text=said)


def accept(*, signal: Signal, by: User, text: str, version: int | None = None) -> Signal:
    """Take the explanation: the signal ends, and nothing was wrong."""
    return _decide(signal, by, "accept", text, version)


def confirm(*, signal: Signal, by: User, text: str, version: int | None = None) -> Signal:
    """Find it true, with or without an explanation."""
    return _decide(signal, by, "confirm", text, version)


def _decide(signal: Signal, by: User, action: str, text: str, version: int | None) -> Signal:
    with transaction.atomic():
        step = Step.begin(signal, by, action, version)
        said = needed("/text", text)
        return step.move({"text": said}, text=said)


def order(*, signal: Signal, by: User, text: str, days: int, version: int | None = None) -> Signal:
    """Order a confirmed signal to be put right; the order's clock runs from now.

    Args:
        text: what is to be put right.
        days: working days given, within the bounds of the rules.
    """
    with transaction.atomic():
        step = Step.begin(signal, by, "order", version)
        issued = issue(
            to=addressee_of(step.signal),
            subject_kind=Order.Subject.SIGNAL,
            subject_ref=step.signal.ref,
            text=text,
            days=days,
            by=by,
        )
        return step.move({"order": issued.number}, order_ref=issued.ref)


def follow_order(*, order: Order, **_said: Any) -> None:
    """Take a signal as put right when its order is closed; hears `order_closed`."""
    signal = Signal.objects.filter(order_ref=order.ref).first()
    if signal is None:
        return
    lock_case(signal.ref)
    signal.refresh_from_db()
    Step(signal, "put_right", SYSTEM).move({"order": order.number})


def _require_state(signal: Signal, action: str, by: User) -> None:
    """Check that the machine allows a step now.

    Raises:
        Faster: another person has taken the step, or another one that rules it out.
        WrongState: it cannot be taken in this state.
    """
    if allows(signal, action):
        return
    last = last_step(signal.ref)
    if last and last.from_state in sources(action) and last.actor_id not in (None, by.pk):
        raise Faster(
            _("Somebody has dealt with this signal before you: it is now “%(state)s”.")
            % {"state": signal.get_state_display()},
            winner={"role": last.role, "at": last.at.isoformat()},
        )
    raise WrongState(why_not(signal, action))
