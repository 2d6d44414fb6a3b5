"""Silence past the intake limit counts as acceptance on the day of receipt (行政许可法 32)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.actor import SYSTEM
from approvals.actions.step import OTHERS, Step, tell
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
    since = {clock.part: clock.started_at for clock in clocks}
    found = Permit.objects.filter(ref__in=list(since)).annotate(others=OTHERS)
    permits = list(found.select_related("line_works", "round").order_by("id"))
    if not permits:
        return
    at = append(*(_entry(permit, since[permit.ref]) for permit in permits))[0].at
    for permit in permits:
        _accept(permit, since[permit.ref], at)


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
    )


def _accept(permit: Permit, since: datetime, at: datetime) -> None:
    permit.deem_accepted(since=since)
    permit.version += 1
    permit.save(update_fields=["state", "version", "accepted_at", "deemed_accepted"])
    timing.stop(case_ref=permit.case_ref, part=permit.ref, kinds=[Clock.Kind.INTAKE.value], at=at)
    starting = at_acceptance(permit, since)
    if starting:
        timing.start(starting, at=at)
    states = [str(permit.state), *permit.others]  # type: ignore[attr-defined]
    step = Step(permit, ACTION, SYSTEM, states[1:])
    step.at = at
    tell(step, states, states, joined=False, refused=False)
