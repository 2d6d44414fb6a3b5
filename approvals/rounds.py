"""Posting works: a round of permits, the next round after a change, and giving up."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from approvals import clocks
from approvals.actions import PERMITS
from approvals.commitments.models import Commitment
from approvals.commitments.queries import routed
from approvals.legal_limit import ExcludedTime
from approvals.models import LineWorks, Permit, Round
from approvals.routing import untouched
from approvals.workflow import OPEN, State, first_state, holder_of
from core.clock import city_now
from core.problems import WrongState
from core.statements import insert
from deadlines.actions import start
from ledger.record import NewEntry, append
from rules.names import Permit as PermitCode
from rules.policy import PermitDecision, Policy
from rules.works import Works
from workflow.machine import acts_of
from workflow.run import Step

#: The case's own step, given who holds the case after it: only the round's permits tell.
CaseEntry = Callable[[str], NewEntry]
#: What its first entry tells of a permit.
TOLD = ("permit", "bureau", "level", "route")
#: What a permit that holds on takes with it into the next round.
KEPT = (
    "level", "clause", "limit_days", "received_at", "accepted_at", "deemed_accepted", "decided_at",
    "conditions", "review_points", "not_dug", "supplements_asked", "supplement_items",
    "handed_out_at", "handed_out_to",
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
    return _write(line, works, {}, case_entry, by=by, rules=rules)


def open_change(
    *,
    case_ref: UUID,
    works: Works,
    by: Actor,
    rules: Policy,
    case_entry: CaseEntry | None = None,
) -> Round:
    """Open the next round with changed works; granted permits that it does not touch hold on.

    Which are carried over, `approvals.routing.untouched` says. See `open_round` for the rest.

    Raises:
        WrongState: there is no earlier round, it is still open, or nothing was refused in it.
    """
    line = LineWorks.objects.filter(case_ref=case_ref).first()
    last = line.rounds.order_by("-number").first() if line else None
    if line is None or last is None:
        raise WrongState(_("There are no line works to change."))
    revoked = last.permits.filter(state=State.REVOKED).exists()
    if last.joined_at is None or not (last.refused or revoked):
        raise WrongState(_("Line works are changed after a permit was refused."))
    line.round_number, line.version = last.number + 1, line.version + 1
    carried = untouched(last, works, rules.route(works))
    return _write(line, works, carried, case_entry, by=by, rules=rules)


def _write(
    line: LineWorks,
    works: Works,
    carried: Mapping[PermitCode, Permit],
    case_entry: CaseEntry | None,
    *,
    by: Actor,
    rules: Policy,
) -> Round:
    """Write record, rows and clocks; `carried` are the permits that hold on, by code."""
    decisions = routed(rules, works, carried)
    needed = [decision for decision in decisions if first_state(decision.route)]
    permits = [_permit(line, decision, carried.get(decision.permit)) for decision in needed]
    live = [permit for permit in permits if permit.state in OPEN]
    holder = holder_of(permit.state for permit in permits)
    told = {"number": line.application, "rules": rules.version, "works": works.as_json()}
    entries = [
        NewEntry(
            case_ref=line.case_ref,
            part=permit.ref,
            type="permit.carried_over" if permit.carried_over else "permit.received",
            actor=by,
            to_state=permit.state,
            holder=holder,
            data=told | {name: getattr(permit, name) for name in TOLD},
        )
        for permit in permits
    ]
    if case_entry is not None:
        entries.insert(0, case_entry(holder))
    at = append(*entries)[0].at if entries else city_now()
    line.state = LineWorks.State.OPEN if live else LineWorks.State.JOINED
    line.save()
    round_ = Round.objects.create(
        line_works=line,
        number=line.round_number,
        rules_version=rules.version,
        opened_at=at,
        joined_at=None if live else at,
        routes=[asdict(decision) for decision in decisions],
        **Round.columns(works),
    )
    for permit in permits:
        permit.line_works, permit.round = line, round_
        if not permit.carried_over:
            permit.received_at = at
    round_.live = live
    insert(permits)
    for permit in (each for each in permits if each.carried_over):
        Commitment.objects.filter(permit=permit.carried_from_id).update(permit=permit)
    start(clocks.at_opening(round_, permits, rules), at=at)
    return round_


def _permit(line: LineWorks, decision: PermitDecision, old: Permit | None) -> Permit:
    """A permit of the next round, not yet received unless `old` holds on."""
    new = {
        "level": str(decision.level),
        "clause": asdict(decision.clause),
        "limit_days": decision.limit_days,
    }
    return Permit(
        case_ref=line.case_ref,
        permit=str(decision.permit),
        bureau=decision.bureau,
        district=line.district,
        route=str(decision.route),
        state=str(State.GRANTED if old else first_state(decision.route)),
        carried_from=old,
        **({name: getattr(old, name) for name in KEPT} if old else new),
    )


def endings(case_ref: UUID, by: Actor) -> list[Step[Permit]]:
    found = Permit.objects.filter(case_ref=case_ref, state__in=sorted(OPEN)).order_by("id")
    ending = acts_of(Permit)["withdraw"]
    return [Step(PERMITS, permit, ending, by) for permit in found.select_related("line_works")]


def withdrawn(case_ref: UUID, at: datetime) -> None:
    """The case ends the clocks of the permits with its own."""
    ExcludedTime.objects.filter(permit__case_ref=case_ref, ended_at=None).update(ended_at=at)
    line = LineWorks.objects.filter(case_ref=case_ref)
    if line.update(state=LineWorks.State.WITHDRAWN, version=F("version") + 1):
        Round.objects.filter(
            line_works__case_ref=case_ref, joined_at=None, withdrawn_at=None
        ).update(withdrawn_at=at)
