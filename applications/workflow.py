"""The machines of a case: acts with from, to, who, guards, body and event.

Every legal move of a case is a transition in this file, and only here; what is waited for too
long, in `waiting/workflow.py`.
"""

from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from applications import serializers as bodies
from applications import who as sides
from applications.assignments.workflow import Assigning
from applications.by_whom import (
    APPLICANT,
    CLERK,
    CUSTOMER,
    CUSTOMER_MANAGER,
    OTHERS,
    PROJECT_MANAGER,
    SIGNATORY,
)
from applications.corrections.workflow import NONE_WAITS, IdentityCorrecting
from applications.counter.workflow import CustomerAtCounter
from applications.guards import AT_COUNTER, NOT_ERASED, NOT_RATED, ONLINE, SIGNING
from applications.inspections.serializers import Review
from applications.plans import guards
from applications.plans.workflow import SupplyPlan
from applications.states import ENDED, NOT_ACCEPTED, State
from applications.supply.workflow import LowVoltageSupply
from applications.waiting.workflow import (
    DualSourceWaiting,
    LowVoltageWaiting,
    SingleSourceWaiting,
)
from approvals.serializers import LineWorks
from workflow.machine import MAY_BE_ASKED, Act, act


class Columns:
    """The columns of a case that its acts set."""

    explained: str
    channel: str
    filed_by_id: int
    customer_party: bool
    office_id: int | None
    signed_papers: list[str]
    confirmed: dict[str, str]
    supplement_items: list[dict[str, str]]
    supplements_asked: int
    plan_summary: str
    plan_lapses_at: Any
    prolongation_months: int
    open_lines: int
    applicant_reason: str
    findings: list[str]
    meter_number: str
    meter_reading: Decimal | None
    phone: str
    phone_digest: Any
    corrections: int
    acceptance_rating: int | None
    acceptance_comment: str
    rating: int | None
    rating_comment: str


class Filing(Columns):
    @act(
        State.DRAFT, State.SUBMITTED,
        Act(_("Submit the application"), "case.submitted", ahead=True, **APPLICANT,
            body=bodies.Submission),
    )  # fmt: skip
    def submit(self, *, explained: str) -> None:
        """The clock starts; kind, limits and documents are fixed."""
        self.explained = explained

    @act(
        State.SUBMITTED, State.ACCEPTED,
        Act(_("Accept the application"), "case.accepted", ahead=True, **CLERK),
    )  # fmt: skip
    def accept(self) -> None:
        pass

    @act(
        State.SUBMITTED, State.SUPPLEMENT,
        Act(_("Ask for a supplement"), "case.supplement_requested", **CLERK,
            guards=[MAY_BE_ASKED], body=bodies.Supplement),
    )  # fmt: skip
    def request_supplement(self, *, items: list[dict[str, str]]) -> None:
        """Only what the list has (plan 3(2)2)."""
        self.supplement_items, self.supplements_asked = items, self.supplements_asked + 1

    @act(
        State.SUPPLEMENT, State.SUBMITTED,
        Act(_("Hand in the supplement"), "case.supplement_supplied", ahead=True, **APPLICANT),
    )  # fmt: skip
    def supply_supplement(self) -> None:
        pass


POSTED: Final = Act(
    _("Enter the line works"),
    "case.line_works_posted",
    ahead=True,
    **PROJECT_MANAGER,
    guards=[guards.PLAN_HOLDS],
    body=LineWorks,
    here=False,
)
CONTRACT: Final = Act(
    _("Sign the contract"), "case.contract_signed", ahead=True, **SIGNATORY,
    guards=[NONE_WAITS], body=bodies.Signature,
)  # fmt: skip
ENERGISE: Final = Act(
    _("Energise"), "case.energised", ahead=True, who=sides.customer_manager, refusal=OTHERS,
    bar=sides.first_of(sides.left_to(Role.MANAGER), sides.apart("energise")), body=bodies.Meter,
)  # fmt: skip
COMPLETION: Final = Act(
    _("Report completion"), "case.completion_reported", ahead=True, **APPLICANT,
    guards=[guards.LINES_BUILT],
)  # fmt: skip
INSPECTION: Final = Act(
    _("Record the completion inspection"), "case.completion_inspected", ahead=True,
    who=sides.project_manager, refusal=OTHERS, body=Review,
    bar=sides.first_of(sides.left_to(Role.PROJECT), sides.apart("inspect_completion")),
)  # fmt: skip


class LowVoltageSteps(Columns):
    """受理签约, 施工接电: no design review, no inspections (plan 3(2)2)."""

    @act(State.ACCEPTED, State.CONTRACTED, CONTRACT)
    def sign_contract(self) -> None:
        """The supply contract, electronic for low voltage (plan 3(2)1)."""

    @act(State.CONTRACTED, (State.PERMITS, State.PERMITS_GRANTED), POSTED)
    def post_line_works(self, *, live: bool) -> State:
        """All permits at once; straight on where none is needed."""
        return State.PERMITS if live else State.PERMITS_GRANTED

    @act(State.WORKS, State.ENERGISED, ENERGISE)
    def energise(self, *, meter_number: str, meter_reading: Decimal | None) -> None:
        self.meter_number, self.meter_reading = meter_number, meter_reading


class HighVoltageSteps(Assigning, SupplyPlan):
    """申请受理, 供电方案答复, 外部工程实施, 装表接电."""

    @act(State.COMPLETION_PASSED, State.CONTRACTED, CONTRACT)
    def sign_contract(self) -> None:
        """The customer manager comes by appointment (plan 3(2)1)."""

    @act(
        State.COMPLETION_PASSED, State.CONTRACTED,
        Act(_("Enter the contract signed at the appointment"), "case.contract_signed",
            **CUSTOMER_MANAGER, guards=[NONE_WAITS, SIGNING], files=True, here=False),
    )  # fmt: skip
    def enter_signature(self) -> None:
        """What the customer has signed on paper there, scanned; equal to `sign_contract`."""

    @act(State.CONTRACTED, State.ENERGISED, ENERGISE)
    def energise(self, *, meter_number: str, meter_reading: Decimal | None) -> None:
        self.meter_number, self.meter_reading = meter_number, meter_reading


class SingleSourceSteps(HighVoltageSteps):
    """One supply: all is checked together at the completion inspection (plan 3(2)2)."""

    @act(State.PLAN_CONFIRMED, (State.PERMITS, State.PERMITS_GRANTED), POSTED)
    def post_line_works(self, *, live: bool) -> State:
        return State.PERMITS if live else State.PERMITS_GRANTED

    @act(State.WORKS, State.COMPLETION_REPORTED, COMPLETION)
    def report_completion(self) -> None:
        pass

    @act(State.COMPLETION_REPORTED, (State.COMPLETION_PASSED, State.WORKS), INSPECTION)
    def inspect_completion(self, *, passed: bool, findings: list[str]) -> State:
        self.findings = findings
        return State.COMPLETION_PASSED if passed else State.WORKS


class DualSourceSteps(HighVoltageSteps):
    """Two supplies: design review and mid-construction inspection as well (plan 3(2)2)."""

    @act(
        State.PLAN_CONFIRMED, State.DESIGN_SUBMITTED,
        Act(_("Hand in the design"), "case.design_submitted", ahead=True, **APPLICANT,
            guards=[guards.PLAN_HOLDS]),
    )  # fmt: skip
    def submit_design(self) -> None:
        pass

    @act(
        State.DESIGN_SUBMITTED, (State.DESIGN_PASSED, State.PLAN_CONFIRMED),
        Act(_("Record the design review"), "case.design_reviewed", ahead=True, **PROJECT_MANAGER,
            body=Review),
    )  # fmt: skip
    def review_design(self, *, passed: bool, findings: list[str]) -> State:
        self.findings = findings
        return State.DESIGN_PASSED if passed else State.PLAN_CONFIRMED

    @act(State.DESIGN_PASSED, (State.PERMITS, State.PERMITS_GRANTED), POSTED)
    def post_line_works(self, *, live: bool) -> State:
        return State.PERMITS if live else State.PERMITS_GRANTED

    @act(
        State.WORKS, State.INSPECTION_REQUESTED,
        Act(_("Request the inspection"), "case.inspection_requested", ahead=True, **APPLICANT,
            guards=[guards.LINES_BUILT]),
    )  # fmt: skip
    def request_inspection(self) -> None:
        """The supply company comes before anything is covered up."""

    @act(
        State.INSPECTION_REQUESTED, (State.INSPECTED, State.WORKS),
        Act(_("Record the inspection"), "case.inspected", ahead=True, **PROJECT_MANAGER,
            body=Review),
    )  # fmt: skip
    def inspect(self, *, passed: bool, findings: list[str]) -> State:
        self.findings = findings
        return State.INSPECTED if passed else State.WORKS

    @act(State.INSPECTED, State.COMPLETION_REPORTED, COMPLETION)
    def report_completion(self) -> None:
        pass

    @act(State.COMPLETION_REPORTED, (State.COMPLETION_PASSED, State.INSPECTED), INSPECTION)
    def inspect_completion(self, *, passed: bool, findings: list[str]) -> State:
        self.findings = findings
        return State.COMPLETION_PASSED if passed else State.INSPECTED


class Permits(Columns):
    @act(
        State.PERMITS, (State.PERMITS_GRANTED, State.REPLANNING),
        Act(_("Every permit is decided"), "case.permits_joined", ahead=True),
    )  # fmt: skip
    def join(self, *, refused: bool) -> State:
        return State.REPLANNING if refused else State.PERMITS_GRANTED

    @act(
        (State.PERMITS_GRANTED, State.WORKS), State.REPLANNING,
        Act(_("A permit is revoked"), "case.permit_lost"),
    )  # fmt: skip
    def lose_permit(self) -> None:
        """A bureau has revoked a permit that was granted on a commitment: the works stop, and what
        was lost is applied for anew."""

    @act(
        State.REPLANNING, (State.PERMITS, State.PERMITS_GRANTED),
        Act(_("Enter the changed line"), "case.line_works_changed", ahead=True, **PROJECT_MANAGER,
            body=LineWorks, here=False),
    )  # fmt: skip
    def change_line_works(self, *, live: bool) -> State:
        """The next round, with the permits that the change does not touch carried over."""
        return State.PERMITS if live else State.PERMITS_GRANTED

    @act(
        State.PERMITS_GRANTED, State.WORKS,
        Act(_("Start the works"), "case.works_started", ahead=True, **PROJECT_MANAGER),
    )  # fmt: skip
    def start_works(self) -> None:
        pass


class Channel(Columns):
    @act(
        [state for state in State if state not in ENDED | {State.DRAFT}], None,
        Act(_("Go on online"), "case.went_online", who=sides.as_shown, belongs=AT_COUNTER,
            refusal=_("Only the customer goes on online, with a code sent to the phone of the "
                      "case: follow the case by its number.")),
    )  # fmt: skip
    def go_online(self, *, party: int) -> None:
        """The customer's own party takes the steps from now on, and no clerk for it; what was
        signed on paper for the step at hand is signed anew (the customer may change the channel
        at any time: ours, after plan 3(2)1)."""
        self.channel, self.office_id, self.filed_by_id = "online", None, party
        self.customer_party = True
        self.signed_papers, self.confirmed = [], {}

    @act(
        [state for state in State if state not in ENDED], None,
        Act(_("Take over the case"), "case.handed_over", who=sides.as_taker, belongs=ONLINE,
            here=False, body=bodies.TakeOver,
            refusal=_("Only who is offered the case takes it over, with a code sent to that "
                      "phone.")),
    )  # fmt: skip
    def hand_over(self, *, party: int) -> None:
        """Another party takes the applicant's steps from now on. What was declared stays: the
        customer of the supply contract is who was named at the filing."""
        self.filed_by_id = party


class Correcting(Columns):
    @act(
        [state for state in State if state not in ENDED | {State.DRAFT}], None,
        Act(_("Correct the phone number"), "case.corrected", **SIGNATORY, belongs=ONLINE,
            body=bodies.PhoneCorrection),
    )  # fmt: skip
    def correct_phone(self, *, phone: str, phone_digest: bytes) -> None:
        """Nothing that is applied for changes (PIPL 46)."""
        self.phone, self.phone_digest = phone, phone_digest
        self.corrections += 1


class Ending(Columns):
    @act(
        [state for state in State if state not in NOT_ACCEPTED], None,
        Act(_("Rate the service"), "case.rated", ahead=frozenset({State.ENERGISED}), **CUSTOMER,
            guards=[NOT_ERASED, NOT_RATED], body=bodies.Rating),
    )  # fmt: skip
    def rate(self, *, stage: str, level: int, comment: str) -> None:
        if stage == bodies.ACCEPTANCE:
            self.acceptance_rating, self.acceptance_comment = level, comment
        else:
            self.rating, self.rating_comment = level, comment

    @act(
        [state for state in State if state not in ENDED], State.WITHDRAWN,
        Act(_("Withdraw the application"), "case.withdrawn", **SIGNATORY, body=bodies.Withdrawal),
    )  # fmt: skip
    def withdraw(self, *, reason: str) -> None:
        """The applicant takes the case back; filing again continues the first clock."""
        self.applicant_reason = reason


class LowVoltageMachine(
    Filing,
    LowVoltageSteps,
    LowVoltageSupply,
    Permits,
    Channel,
    CustomerAtCounter,
    Correcting,
    IdentityCorrecting,
    LowVoltageWaiting,
    Ending,
):
    """Homes, small shops and other low-voltage customers."""


class SingleSourceMachine(
    Filing,
    SingleSourceSteps,
    Permits,
    Channel,
    CustomerAtCounter,
    Correcting,
    IdentityCorrecting,
    SingleSourceWaiting,
    Ending,
):
    """High voltage with one supply."""


class DualSourceMachine(
    Filing,
    DualSourceSteps,
    Permits,
    Channel,
    CustomerAtCounter,
    Correcting,
    IdentityCorrecting,
    DualSourceWaiting,
    Ending,
):
    """High voltage with two supplies."""
