"""Posting works: a round of permits, the next round after a change, and giving up."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from approvals import clocks
from approvals.actions import PERMITS
from approvals.models import ExcludedTime, LineWorks, Permit, Round
from approvals.workflow import OPEN, State, first_state, holder_of
from core.clock import city_now
from core.problems import WrongState
from deadlines.actions import start
from ledger.record import NewEntry, append
from rules.names import Permit as PermitCode
from rules.policy import PermitDecision, Policy
from rules.works import Works, inputs
from workflow.machine import acts_of
from workflow.run import Step

#: The case's own step, given who holds the case after it: only the round's permits tell.
CaseEntry = Callable[[str], NewEntry]
#: What a permit that holds on takes with it into the next round.
KEPT = (
    "clause", "limit_days", "received_at", "accepted_at", "deemed_accepted", "decided_at",
    "conditions", "supplement_asked", "supplement_items",
)  # fmt: skip


def open_round(
    *,
    case_ref: UUID,
    application: str,
    district: str,
    statutory_district: str,
    voltage: str,
    works: Works,
    by: Actor,
    rules: Policy,
    case_entry: CaseEntry | None = None,
) -> Round:
    """Open the first round of a case: every permit that is needed is received at one instant.

    Runs inside the caller's transaction, with the case locked and settled.

    Args:
        application: number of the case, for display.
        works: what was declared; its voltage must be the case's (checked by the body `LineWorks`).
        rules: in force today in the district; the permits keep them.
        case_entry: the case's own step, written first, in the same statement and instant.

    Returns:
        The round. With an empty `.live` there is nothing to decide: it has joined already, the
        seam is not asked to join it, and the caller moves the case on.

    Raises:
        WrongState: the case has line works already.
    """
    if LineWorks.objects.filter(case_ref=case_ref).exists():
        raise WrongState(_("The line works of this case were posted already."))
    line = LineWorks(
        case_ref=case_ref,
        application=application,
        district=district,
        statutory_district=statutory_district or "",
        voltage=voltage,
    )
    opening = _Opening(line, works, rules, by)
    return opening.write({}, case_entry)


def open_change(
    *,
    case_ref: UUID,
    works: Works,
    by: Actor,
    rules: Policy,
    case_entry: CaseEntry | None = None,
) -> Round:
    """Open the next round with changed works; granted permits that it does not touch hold on.

    A permit is carried over where it was granted, its route is the same, and so are all fields
    of the works that it depends on (`rules.works.INPUTS`). See `open_round` for the rest.

    Raises:
        WrongState: there is no earlier round, it is still open, or nothing was refused in it.
    """
    line = LineWorks.objects.filter(case_ref=case_ref).first()
    last = line.rounds.order_by("-number").first() if line else None
    if line is None or last is None:
        raise WrongState(_("There are no line works to change."))
    if last.joined_at is None or not last.refused:
        raise WrongState(_("Line works are changed after a permit was refused."))
    line.round_number, line.state = last.number + 1, LineWorks.State.OPEN
    granted = {p.permit: p for p in last.permits.filter(state=State.GRANTED)}
    opening = _Opening(line, works, rules, by)
    return opening.write(_untouched(granted, last.works, works, rules), case_entry)


def _untouched(
    granted: Mapping[str, Permit], before: Works, after: Works, rules: Policy
) -> dict[str, Permit]:
    """Return the granted permits that the change leaves as they are."""
    same: dict[str, Permit] = {}
    for decision in rules.route(after):
        old = granted.get(decision.permit)
        code = PermitCode(decision.permit)
        if old and old.route == decision.route and inputs(before, code) == inputs(after, code):
            same[old.permit] = old
    return same


class _Opening:
    """One round on its way into the database."""

    def __init__(self, line: LineWorks, works: Works, rules: Policy, by: Actor) -> None:
        self.line, self.works, self.rules, self.by = line, works, rules, by
        self.decisions = rules.route(works)

    def write(self, carried: Mapping[str, Permit], case_entry: CaseEntry | None) -> Round:
        """Write record, rows and clocks; `carried` are the permits that hold on, by code."""
        begun = [
            (uuid.uuid4(), decision, carried.get(decision.permit))
            for decision in self.decisions
            if first_state(decision.route)
        ]
        holder = holder_of(_state(decision, old) for _ref, decision, old in begun)
        entries = [self._entry(ref, decision, old, holder) for ref, decision, old in begun]
        if case_entry is not None:
            entries.insert(0, case_entry(holder))
        at = append(*entries)[0].at if entries else city_now()
        return self._rows(begun, at)

    def _entry(
        self, ref: UUID, decision: PermitDecision, old: Permit | None, holder: str
    ) -> NewEntry:
        return NewEntry(
            case_ref=self.line.case_ref,
            part=ref,
            type="permit.carried_over" if old else "permit.received",
            actor=self.by,
            to_state=_state(decision, old),
            holder=holder,
            data={
                "number": self.line.application,
                "permit": decision.permit,
                "bureau": decision.bureau,
                "route": decision.route,
                "rules": self.rules.version,
                "works": self.works.as_json(),
            },
        )

    def _rows(
        self, begun: Sequence[tuple[UUID, PermitDecision, Permit | None]], at: datetime
    ) -> Round:
        nothing_left = all(old for _ref, _decision, old in begun)
        self.line.state = LineWorks.State.JOINED if nothing_left else LineWorks.State.OPEN
        self._save_line()
        round_ = Round.objects.create(
            line_works=self.line,
            number=self.line.round_number,
            rules_version=self.rules.version,
            opened_at=at,
            joined_at=at if nothing_left else None,
            routes=[_as_json(decision) for decision in self.decisions],
            **Round.columns(self.works),
        )
        permits = Permit.objects.bulk_create(
            [self._permit(round_, ref, decision, old, at) for ref, decision, old in begun]
        )
        round_.live = [permit for permit in permits if permit.state in OPEN]
        started = clocks.at_opening(round_, permits, self.rules)
        if started:
            start(started, at=at)
        return round_

    def _save_line(self) -> None:
        if self.line.round_number == 1:
            self.line.save()
            return
        self.line.version += 1
        self.line.save(update_fields=["round_number", "state", "version"])

    def _permit(
        self, round_: Round, ref: UUID, decision: PermitDecision, old: Permit | None, at: datetime
    ) -> Permit:
        new = {
            "clause": asdict(decision.clause),
            "limit_days": decision.limit_days,
            "received_at": at,
        }
        return Permit(
            ref=ref,
            case_ref=self.line.case_ref,
            line_works=self.line,
            round=round_,
            permit=str(decision.permit),
            bureau=decision.bureau,
            district=self.line.district,
            route=str(decision.route),
            state=_state(decision, old),
            carried_from=old,
            **({name: getattr(old, name) for name in KEPT} if old else new),
        )


def _state(decision: PermitDecision, old: Permit | None) -> str:
    return str(State.GRANTED if old else first_state(decision.route))


def _as_json(decision: PermitDecision) -> dict[str, object]:
    return {
        "permit": str(decision.permit),
        "route": str(decision.route),
        "clause": asdict(decision.clause),
        "bureau": decision.bureau,
        "limit_days": decision.limit_days,
    }


def endings(case_ref: UUID, by: Actor) -> list[Step[Permit]]:
    """Return the steps that end every open permit of a case that is withdrawn."""
    found = Permit.objects.filter(case_ref=case_ref, state__in=sorted(OPEN)).order_by("id")
    ending = acts_of(Permit)["withdraw"]
    return [Step(PERMITS, permit, ending, by) for permit in found.select_related("line_works")]


def withdrawn(case_ref: UUID, at: datetime) -> None:
    """Close line works, round and excluded time of a case that was withdrawn.

    The case ends the clocks of the permits with its own.
    """
    ExcludedTime.objects.filter(permit__case_ref=case_ref, ended_at=None).update(ended_at=at)
    line = LineWorks.objects.filter(case_ref=case_ref)
    if line.update(state=LineWorks.State.WITHDRAWN, version=F("version") + 1):
        Round.objects.filter(
            line_works__case_ref=case_ref, joined_at=None, withdrawn_at=None
        ).update(withdrawn_at=at)
