"""The verbs of permits: what each act does besides moving the permit. All run under the case's
lock, on the kernel's one path (`workflow.run`)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actor import SYSTEM
from accounts.queries import holders
from accounts.roles import SUPPLIERS, Role
from approvals import chases, clocks, exclusions
from approvals.advice.models import Advice
from approvals.chases import Chase
from approvals.commitments import actions as commitments
from approvals.legal_limit import ExcludedTime
from approvals.models import LineWorks, Permit
from approvals.notices import APPLIED_FOR, AT_DESK, deciding
from approvals.offices import office_of
from approvals.papers import models as papers
from approvals.queries import permit_by_id, permits_by_ref
from approvals.remedies import remedies_in_words
from approvals.roads.approving import give_approval
from approvals.seam import seam
from approvals.supplement.acts import close_items, complete, name_items
from approvals.window.acts import hand_out
from approvals.wording import permit_name
from approvals.workflow import (
    CHASED_BUREAU,
    CHASED_COMPANY,
    COORDINATOR,
    DECIDED,
    DECIDING,
    DECISION_KINDS,
    GOVERNMENT,
    OPEN,
    REGULATOR,
    SUPPLIER,
    TURN,
    State,
    holder_of,
)
from core.clock import local_date
from deadlines import actions as timing
from deadlines.models import Clock
from documents.queries import digest_of
from notifications.texts import both
from rules.names import Route
from rules.values import SILENCE_IS_LATE
from workflow.machine import Act, state_words
from workflow.run import Step, Workflow

KIND = Clock.Kind
SUBJECT = "permit"
PermitStep = Step[Permit]


def accept(step: PermitStep) -> None:
    """Accept the application as complete; the review clock starts (行政许可法 32)."""
    review = clocks.at_acceptance(step.thing)
    at = step.record(clock="intake stopped" + (", review started" if review else ""))
    stop(step.thing, KIND.INTAKE, at)
    timing.start(review, at=at)


def request_supplement(step: PermitStep) -> None:
    """Name everything that is missing, once; a review that runs from receipt pauses."""
    permit = step.thing
    has_intake = permit.is_formally_accepted()
    at = step.record(clock="intake stopped" if has_intake else "")
    name_items(permit, step.values["items"], at)
    if has_intake:
        stop(permit, KIND.INTAKE, at)
    if clocks.runs_from_receipt(permit):
        pause(permit, DECISION_KINDS, at)


def supply_supplement(step: PermitStep) -> None:
    """Hand in what was missing: a new intake limit starts, a paused review goes on."""
    permit, intake = step.thing, clocks.at_supplement(step.thing)
    said = complete(step)
    at = step.record(clock="intake started" if intake else "", data=said)
    close_items(step, at)
    timing.start(intake, at=at)
    if clocks.runs_from_receipt(permit):
        go_on(permit, DECISION_KINDS, at)


def exclude_time(step: PermitStep) -> None:
    """Begin a span that the law leaves out of the review (行政许可法 45)."""
    kept = exclusions.keep_document(step)
    said = {"documents": [digest_of(each) for each in kept]} if kept else {}
    at = step.record(clock="review paused", data=step.values | said)
    exclusions.begin(step, at, kept)
    pause(step.thing, [KIND.REVIEW], at)
    seam.cases.time_excluded(step.thing, step.values)


def deem_accepted(step: PermitStep) -> None:
    """Take silence for acceptance: dated at the receipt, or the supplement (行政许可法 32)."""
    since = step.values["since"]
    review = clocks.at_acceptance(step.thing, since)
    words = "intake stopped" + (", review started" if review else "")
    at = step.record(clock=words, data={}, effective_at=since)
    stop(step.thing, KIND.INTAKE, at)
    timing.start(review, at=at)


def extend(step: PermitStep) -> None:
    """Extend the law's own limit, once, by the word of the bureau's lead (行政许可法 42)."""
    permit = step.thing
    limit = permit.rules().legal_limit()
    assert limit is not None  # a guard of the act
    permit.extension_days = limit.extension
    step.record(data=step.values | {"days": limit.extension})


def resume(step: PermitStep) -> None:
    """End the span that the law leaves out."""
    at = step.record(clock="review resumed")
    ExcludedTime.objects.filter(permit=step.thing, ended_at=None).update(ended_at=at)
    go_on(step.thing, [KIND.REVIEW], at)


def decide(step: PermitStep) -> None:
    """Grant or refuse; a decision that is limited stops its clock."""
    permit = step.thing
    kind = KIND.INSTANT if permit.is_instant() else KIND.REVIEW
    limited = permit.limit_days is not None
    at = step.record(clock=f"{kind.value} stopped" if limited else "")
    if limited:
        stop(permit, kind, at)


def stop(permit: Permit, kind: str, at: datetime) -> None:
    timing.stop(case_ref=permit.case_ref, part=permit.ref, kinds=[kind], at=at)


def pause(permit: Permit, kinds: Sequence[str], at: datetime) -> None:
    timing.pause(case_ref=permit.case_ref, part=permit.ref, kinds=kinds, at=at)


def go_on(permit: Permit, kinds: Sequence[str], at: datetime) -> None:
    timing.resume(case_ref=permit.case_ref, part=permit.ref, kinds=kinds, at=at)


def company(thing: Permit | Advice) -> list[int]:
    """Managers only; an officer's list shows a permit from the moment of its receipt."""
    return holders(*SUPPLIERS, district=thing.district)


def chased(party: str, circle: Callable[[Permit], list[int]], permit: Permit) -> list[int]:
    """Those of a circle, while it is their turn."""
    return circle(permit) if TURN[State(permit.state)] == party else []


def coordinators(permit: Permit) -> list[int]:
    """Those as what the last chase was asked: its answer is for them."""
    turn = TURN[State(permit.state)]
    asked = Chase.objects.filter(permit=permit, party=turn).latest("id")
    return holders(Role(asked.role), district=permit.district)


def regulators(permit: Permit) -> list[int]:
    return holders(Role.REGULATOR, district=permit.district)


def applicant(permit: Permit) -> list[int]:
    return seam.cases.applicants(permit.case_ref)


class PermitWorkflow(Workflow[Permit]):
    model = Permit
    overtaken = gettext_lazy(
        "Somebody has dealt with this permit before you: it is now “%(state)s”."
    )
    subject = SUBJECT
    circles = {
        DECIDING: deciding,
        "company": company,
        "applicant": applicant,
        CHASED_BUREAU: partial(chased, GOVERNMENT, deciding),
        CHASED_COMPANY: partial(chased, SUPPLIER, company),
        COORDINATOR: coordinators,
        REGULATOR: regulators,
    }
    verbs = {
        "accept": accept,
        "request_supplement": request_supplement,
        "supply_supplement": supply_supplement,
        "deem_accepted": deem_accepted,
        "exclude_time": exclude_time,
        "extend": extend,
        "commit": commitments.commit,
        "check_afterwards": commitments.check_afterwards,
        "revoke": commitments.revoke,
        "chase": chases.chase,
        "answer_chase": chases.answer_chase,
        "give_approval": give_approval,
        "hand_out": hand_out,
        "resume": resume,
        "grant": decide,
        "refuse": decide,
    }

    def ref(self, thing: Permit) -> tuple[UUID, UUID | None]:
        return thing.case_ref, thing.ref

    def read_anew(self, thing: Permit) -> Permit:
        return permit_by_id(thing.pk)

    def label(self, thing: Permit, said: Act) -> str:
        """Works that are only filed are not committed to."""
        filed = said.name == "commit" and thing.route == Route.FILING
        return _("File the works") if filed else str(said.label)

    def not_now(self, thing: Permit, said: Act) -> str:
        state = state_words(thing)
        return _("This cannot be done now: the permit is “%(state)s”.") % {"state": state}

    def identity(self, thing: Permit) -> dict[str, Any]:
        return {
            "number": thing.line_works.application,
            "permit": thing.permit,
            "bureau": thing.bureau,
        }

    def context(self, thing: Permit) -> dict[str, Any]:
        since = local_date(thing.accepted_at).isoformat() if thing.accepted_at else ""
        against = thing.state in (State.REFUSED, State.REVOKED)
        remedies = {"remedies": both(partial(remedies_in_words, thing))} if against else {}
        return {
            "number": thing.line_works.application,
            "permit": thing.permit,
            "what": both(partial(permit_name, thing.permit)),
            "bureau": both(partial(office_of, thing)),
            "since": since,
            **remedies,
        }

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        if circle in (CHASED_BUREAU, COORDINATOR):
            return AT_DESK, {}
        if circle == DECIDING:
            return AT_DESK, {"variant": DECIDING}
        if circle == REGULATOR:
            return commitments.WATCHED, {}
        return (APPLIED_FOR if circle == "applicant" else SUBJECT), {}

    def fields(self, step: PermitStep) -> dict[str, Any]:
        """Who holds the case after the step; a withdrawal's own entry says so, and what becomes of
        a decided permit moves no holder."""
        if step.act.name == "withdraw" or step.from_state in DECIDED:
            return {}
        return {"holder": holder_of([step.thing.state, *step.thing.others])}

    def follow(self, step: PermitStep) -> None:
        if step.act.name == "withdraw":
            return
        if step.from_state in DECIDED:
            if step.thing.state == State.REVOKED:
                seam.cases.permit_revoked(step.thing)
            return
        permit, others = step.thing, step.thing.others
        if permit.state == State.GRANTED != step.from_state:
            papers.begin(permit, step.at)
        states = [permit.state, *others]
        if not any(state in OPEN for state in states):
            refused = bool({State.REFUSED, State.REVOKED} & set(states))
            close_round(permit, step.at, refused=refused)
            seam.cases.join(permit.case_ref, refused=refused)
            return
        held = holder_of(states)
        if held != holder_of([step.from_state, *others]):
            seam.cases.follow(permit.case_ref, step.at, bureau_has_it=held == GOVERNMENT)


PERMITS = PermitWorkflow()


def close_round(permit: Permit, at: datetime, *, refused: bool) -> None:
    """The case's lock makes this the only step to see the last decision."""
    round_, line = permit.round, permit.line_works
    round_.joined_at, round_.refused = at, refused
    round_.save(update_fields=["joined_at", "refused"])
    line.state = LineWorks.State.JOINED
    LineWorks.objects.filter(pk=line.pk).update(state=line.state, version=F("version") + 1)
    timing.stop(case_ref=line.case_ref, part=round_.ref, kinds=[KIND.SET], at=at)


def hear_silence(sender: Any, *, clocks: Sequence[Clock], **_kwargs: Any) -> None:
    """Hears `deadlines.signals.intake_passed`; who found the clocks has locked their cases.

    The rules of its receipt say whether the permit is accepted by it (行政许可法 32) or late.
    """
    passed = {clock.part: clock for clock in clocks if clock.part}
    late = []
    for permit in permits_by_ref(list(passed)):
        clock = passed[permit.ref]
        if permit.rules().value("permit.intake.silence").word == SILENCE_IS_LATE:
            late.append(clock)
        else:
            PERMITS.move(permit, "deem_accepted", SYSTEM, since=clock.started_at)
    if late:
        timing.record_breaches(late)
