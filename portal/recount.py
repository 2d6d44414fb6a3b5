"""Clocks follow from the record: each is counted again from its entries alone, for the comparison
with the rows that are kept (`compare.py`)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Final
from uuid import UUID

from applications.enquiries.actions import clock_of as enquiry_clock
from applications.enquiries.models import Enquiry
from applications.enquiries.workflow import EnquiryState
from applications.filing import clocks_of
from applications.follow_ups.actions import clock_of as follow_up_clock
from applications.follow_ups.models import FollowUp
from applications.follow_ups.workflow import FollowUpState
from applications.models import Application
from applications.steps import clock_of as step_clock
from applications.steps import limited_step
from approvals import clocks
from approvals.commitments.actions import clock_of as check_clock
from approvals.commitments.models import Commitment
from approvals.models import Permit
from approvals.workflow import DECISION_KINDS
from core.clock import local_date
from deadlines.actions import NewClock
from deadlines.custody import FILED, JOINED, NOBODY, SUPPLIER
from deadlines.events import EVENTS
from deadlines.models import Clock
from deadlines.queries import Intervals
from ledger.queries import Event
from money.complaints.actions import MADE
from money.complaints.actions import clock_of as complaint_clock
from money.complaints.models import Complaint
from money.complaints.workflow import ENDED
from oversight.actions import clock_of
from oversight.interruptions.actions import COMPLAINED
from oversight.interruptions.actions import clock_of as interruption_clock
from oversight.interruptions.models import InterruptionComplaint
from oversight.interruptions.workflow import ENDED as INTERRUPTION_ENDED
from oversight.interruptions.workflow import InterruptionState
from oversight.models import RectificationOrder
from oversight.workflow import WITH_ADDRESSEE, OrderState
from reliability.reports.actions import clock_of as report_clock
from reliability.reports.models import Report
from reliability.reports.telling import MADE as REPORTED
from reliability.reports.workflow import ReportState
from rules.policy import Step
from rules.registry import book, policy

KIND = Clock.Kind
DECISIONS: Final = DECISION_KINDS
COUNTED: Final = {event.type for event in EVENTS}
Name = tuple[UUID | None, str]


@dataclass
class Counted:
    """A clock as the record has it: `since` is where it runs, `ran` what it ran until then."""

    new: NewClock
    since: datetime | None
    started: datetime
    ran: Intervals = field(default_factory=list)
    stopped: datetime | None = None

    @property
    def state(self) -> str:
        if self.stopped:
            return str(Clock.State.STOPPED)
        return str(Clock.State.RUNNING if self.since else Clock.State.PAUSED)

    def pause(self, at: datetime) -> None:
        if self.since:
            self.ran.append((self.since, at))
        self.since = None

    def resume(self, at: datetime) -> None:
        if not self.stopped and not self.since:
            self.since = at

    def stop(self, at: datetime) -> None:
        if not self.stopped:
            self.pause(at)
            self.stopped = at

    def last(self) -> tuple[datetime, Intervals] | None:
        """Where it ran last, and what it had run before, while a last day counts: as it runs, and
        where it ran until it was stopped."""
        if self.since:
            return self.since, self.ran
        if self.stopped and self.ran and self.ran[-1][1] == self.stopped:
            return self.ran[-1][0], self.ran[:-1]
        return None


class Clocks:
    """All clocks of one record, by part and kind in the order in which they started."""

    def __init__(self) -> None:
        self.found: dict[Name, list[Counted]] = defaultdict(list)

    def start(self, news: Iterable[NewClock], at: datetime) -> None:
        for new in news:
            since = new.started_at or at
            self.found[new.part, str(new.kind)].append(Counted(new, since, since))

    def of(self, part: UUID | None, kinds: Iterable[str]) -> list[Counted]:
        """The newest of each kind."""
        return [self.found[part, str(kind)][-1] for kind in kinds if self.found[part, str(kind)]]

    def all(self) -> list[Counted]:
        return [one for many in self.found.values() for one in many]


def of_case(
    case: Application,
    events: Sequence[Event],
    permits: Mapping[UUID, Permit],
    first_filed: datetime | None,
) -> Clocks:
    """`first_filed`: when the first filing that this one continues was filed."""
    found, held, state = Clocks(), "", ""
    # What is late or counted again moves nothing, and may stand between a decision and its join.
    steps = [event for event in events if event.type not in COUNTED]
    for event, after in zip_longest(steps, steps[1:]):
        at, permit = event.recorded_at, permits.get(event.part) if event.part else None
        state = event.to_state if event.part is None and event.to_state else state
        if event.type == FILED:
            policy = case.in_force(book(case.rules_version), at)
            case.first_filed_at = first_filed
            found.start(clocks_of(case, policy, 0), at)
            held = SUPPLIER
            _keep_step(found, case, limited_step(case.kind, state, policy), held, at)
            continue
        last_decision = after is not None and after.type == JOINED
        if permit:
            _step_of_permit(found, permit, event)
            if last_decision:
                _stop(found, permit.round.ref, [KIND.SET], at)
        # What the last decision of a round hands on is the step that follows it.
        if event.holder and event.holder != held and not last_decision:
            _hand_over(found, held, event.holder, at)
            held = event.holder
        if held and not last_decision:
            _keep_step(found, case, limited_step(case.kind, state, case.rules(at)), held, at)
    return found


def _hand_over(found: Clocks, before: str, after: str, at: datetime) -> None:
    """Handling time runs exactly while the supply company has the case."""
    if after == NOBODY:
        for clock in found.all():
            clock.stop(at)
    for clock in found.of(None, [KIND.HANDLING]):
        if before == SUPPLIER:
            clock.pause(at)
        elif after == SUPPLIER:
            clock.resume(at)


def _keep_step(
    found: Clocks, case: Application, step: Step | None, held: str, at: datetime
) -> None:
    """The time of a step runs while it lasts and the supply company has the case."""
    clock = next((each for each in found.of(None, [KIND.STEP]) if not each.stopped), None)
    if clock and (step is None or clock.new.step != step.code):
        clock.stop(at)
        clock = None
    if clock and held == SUPPLIER:
        clock.resume(at)
    elif clock:
        clock.pause(at)
    elif step and held == SUPPLIER:
        found.start([step_clock(case, step, 0)], at)


def _step_of_permit(found: Clocks, permit: Permit, event: Event) -> None:
    at = event.recorded_at
    match event.type:
        case "permit.received":
            _receive(found, permit, at)
        case "permit.accepted":
            _stop(found, permit.ref, [KIND.INTAKE], at)
            found.start(clocks.at_acceptance(permit), at)
        case "permit.deemed_accepted":
            _stop(found, permit.ref, [KIND.INTAKE], at)
            found.start(clocks.at_acceptance(permit, event.at), at)
        case "permit.supplement_requested":
            _stop(found, permit.ref, [KIND.INTAKE], at)
            if clocks.runs_from_receipt(permit):
                _pause(found, permit.ref, DECISIONS, at)
        case "permit.supplement_supplied":
            found.start(clocks.at_supplement(permit), at)
            if clocks.runs_from_receipt(permit):
                _resume(found, permit.ref, DECISIONS, at)
        case "permit.time_excluded":
            _pause(found, permit.ref, [KIND.REVIEW], at)
        case "permit.time_resumed":
            _resume(found, permit.ref, [KIND.REVIEW], at)
        case "permit.granted" | "permit.refused":
            _stop(found, permit.ref, DECISIONS, at)


def _receive(found: Clocks, permit: Permit, at: datetime) -> None:
    """The first of its round starts the clock of the set."""
    line, round_ = permit.line_works, permit.round
    policy = book(round_.rules_version).in_force(
        on=local_date(at), district=line.district, statutory=line.statutory_district or None
    )
    if not found.found[round_.ref, str(KIND.SET)]:
        found.start([clocks.of_set(round_, permit, policy)], at)
    found.start(clocks.at_receipt(permit, policy), at)


def of_order(order: RectificationOrder, events: Sequence[Event]) -> Clocks:
    """The clock runs while the addressee has the order."""
    found, runs = Clocks(), False
    for event in events:
        if not event.to_state:  # what was late or counted again moves nothing
            continue
        at, had = event.recorded_at, runs
        runs = event.to_state in WITH_ADDRESSEE
        if event is events[0]:
            found.start([clock_of(order, policy())], at)
            continue
        for clock in found.all():
            if event.to_state == OrderState.CLOSED:
                clock.stop(at)
            elif had and not runs:
                clock.pause(at)
            elif runs and not had:
                clock.resume(at)
    return found


def of_follow_up(follow_up: FollowUp, events: Sequence[Event]) -> Clocks:
    """The clock runs from the rating, whose entry is its beginning, to the close."""
    found = Clocks()
    found.start([follow_up_clock(follow_up)], follow_up.opened_at)
    for event in events:
        if event.to_state == FollowUpState.CLOSED:
            for clock in found.all():
                clock.stop(event.recorded_at)
    return found


def of_enquiry(enquiry: Enquiry, events: Sequence[Event]) -> Clocks:
    """The clock runs from the question to the answer."""
    found = Clocks()
    for event in events:
        if event.to_state == EnquiryState.OPEN:
            limit = enquiry.rules().enquiry_limit()
            found.start([enquiry_clock(enquiry, limit)], event.recorded_at)
        elif event.to_state == EnquiryState.ANSWERED:
            for clock in found.all():
                clock.stop(event.recorded_at)
    return found


def of_complaint(complaint: Complaint, events: Sequence[Event]) -> Clocks:
    """The clock runs from the complaint to its end; what the supply company says moves nothing."""
    found = Clocks()
    for event in events:
        if event.type == MADE:
            limit = complaint.rules().complaint_limit()
            found.start([complaint_clock(complaint, limit)], event.recorded_at)
        elif event.to_state in ENDED:
            for clock in found.all():
                clock.stop(event.recorded_at)
    return found


def of_interruption(complaint: InterruptionComplaint, events: Sequence[Event]) -> Clocks:
    """The clock runs from the complaint to its end; an order has a clock of its own."""
    found = Clocks()
    for event in events:
        if event.type == COMPLAINED:
            limit = complaint.rules().interruption_limit()
            found.start([interruption_clock(complaint, limit)], event.recorded_at)
        elif event.from_state == InterruptionState.OPEN and event.to_state in INTERRUPTION_ENDED:
            for clock in found.all():
                clock.stop(event.recorded_at)
    return found


def of_report(report: Report, events: Sequence[Event]) -> Clocks:
    """The clock runs from the report to its end, whatever office has it."""
    found = Clocks()
    for event in events:
        if event.type == REPORTED:
            limit = report.rules().report_limit(report.kind)
            found.start([report_clock(report, limit)], event.recorded_at)
        elif event.to_state == ReportState.CLOSED and event.from_state != ReportState.CLOSED:
            for clock in found.all():
                clock.stop(event.recorded_at)
    return found


def of_check(commitment: Commitment, events: Sequence[Event]) -> Clocks:
    """The clock of a check runs from the signature to what was found, by the record of the case."""
    found = Clocks()
    if commitment.selected:
        found.start([check_clock(commitment)], commitment.signed_at)
    for event in events:
        if event.type == "permit.checked_afterwards" and event.recorded_at == commitment.checked_at:
            for clock in found.all():
                clock.stop(event.recorded_at)
    return found


def _stop(found: Clocks, part: UUID, kinds: Iterable[str], at: datetime) -> None:
    for clock in found.of(part, kinds):
        clock.stop(at)


def _pause(found: Clocks, part: UUID, kinds: Iterable[str], at: datetime) -> None:
    for clock in found.of(part, kinds):
        if not clock.stopped:
            clock.pause(at)


def _resume(found: Clocks, part: UUID, kinds: Iterable[str], at: datetime) -> None:
    for clock in found.of(part, kinds):
        clock.resume(at)
