"""Silence past the intake limit counts as acceptance on the day of receipt (行政许可法 32)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.actor import SYSTEM
from approvals.actions.reading import permits_by_ref
from approvals.actions.step import Step, named, tell
from approvals.clocks import at_acceptance
from approvals.models import Permit
from approvals.states import STEP_TYPES, State, holder_of
from deadlines import actions as timing
from deadlines.models import Clock
from ledger.record import NewEntry, append

ACTION = "deem_accepted"


def deem_accepted(sender: Any, *, clocks: Sequence[Clock], **_: Any) -> None:
    """Accept what bureaus have left unanswered; receiver of `deadlines.signals.intake_passed`.

    The cases are locked by whoever found the clocks. The entry is dated at the receipt (or the
    complete supplement), and so are the acceptance and the review that it starts.
    """
    since = {clock.part: clock.started_at for clock in clocks if clock.part}
    found = permits_by_ref(list(since))
    if not found:
        return
    at = append(*(_entry(permit, since[permit.ref]) for permit, _others in found))[0].at
    for permit, others in found:
        _accept(permit, others, since[permit.ref], at)


def _entry(permit: Permit, since: datetime) -> NewEntry:
    review = ", review started" if at_acceptance(permit) else ""
    return NewEntry(
        case_ref=permit.case_ref,
        part=permit.ref,
        type=STEP_TYPES[ACTION],
        actor=SYSTEM,
        from_state=str(permit.state),
        to_state=State.ACCEPTED.value,
        holder=holder_of([State.ACCEPTED]),
        clock=f"intake stopped{review}",
        effective_at=since,
        data=named(permit),
    )


def _accept(permit: Permit, others: list[str], since: datetime, at: datetime) -> None:
    permit.deem_accepted(since=since)
    permit.version += 1
    permit.save(update_fields=["state", "version", "accepted_at", "deemed_accepted"])
    timing.stop(case_ref=permit.case_ref, part=permit.ref, kinds=[Clock.Kind.INTAKE.value], at=at)
    starting = at_acceptance(permit, since)
    if starting:
        timing.start(starting, at=at)
    step = Step(permit, ACTION, SYSTEM, others)
    step.at = at
    states = [str(permit.state), *others]
    tell(step, states, states, joined=False, refused=False)
