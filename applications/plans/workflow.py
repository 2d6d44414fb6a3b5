"""The acts of a supply plan; the machines of high voltage have them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.by_whom import CUSTOMER_MANAGER, PROJECT_MANAGER, SIGNATORY
from applications.guards import ONLINE
from applications.plans import guards
from applications.plans import serializers as plans
from applications.states import PLANNED, State
from workflow.machine import Act, act


class SupplyPlan:
    """供电方案: replied, answered, kept valid, and built as far as it is the company's."""

    plan_summary: str
    plan_lapses_at: Any
    prolongation_months: int
    open_lines: int
    applicant_reason: str
    signed_papers: list[str]
    confirmed: dict[str, Any]

    @act(
        State.ACCEPTED, State.PLAN_REPLIED,
        Act(_("Reply with the supply plan"), "case.plan_replied", ahead=True,
            **CUSTOMER_MANAGER, body=plans.PlanReply),
    )  # fmt: skip
    def reply_plan(self, *, summary: str, open_lines: int) -> None:
        self.plan_summary, self.open_lines, self.prolongation_months = summary, open_lines, 0

    @act(
        sorted(PLANNED), State.PLAN_REPLIED,
        Act(_("Reply with a new supply plan"), "case.plan_replied", ahead=True,
            **CUSTOMER_MANAGER, belongs=guards.PLAN_LAPSED, body=plans.PlanReply),
    )  # fmt: skip
    def renew_plan(self, *, summary: str, open_lines: int) -> None:
        """What the customer of a counter signed for the plan before is signed anew."""
        self.plan_summary, self.open_lines, self.prolongation_months = summary, open_lines, 0
        self.signed_papers, self.confirmed = [], {}

    @act(
        State.PLAN_REPLIED, (State.PLAN_CONFIRMED, State.ACCEPTED),
        Act(_("Answer the supply plan"), "case.plan_answered", ahead=True, **SIGNATORY,
            body=plans.PlanAnswer),
    )  # fmt: skip
    def confirm_plan(self, *, agree: bool, reason: str) -> State:
        self.applicant_reason = reason
        return State.PLAN_CONFIRMED if agree else State.ACCEPTED

    @act(
        sorted(PLANNED), None,
        Act(_("Ask to prolong the plan"), "case.prolongation_proposed", **CUSTOMER_MANAGER,
            belongs=guards.PLAN_DATED, guards=[guards.PLAN_HOLDS, guards.PROLONGATION_UNASKED],
            body=plans.Prolongation),
    )  # fmt: skip
    def propose_prolongation(self, *, months: int) -> None:
        self.prolongation_months = months

    @act(
        sorted(PLANNED), None,
        Act(_("Answer whether the plan holds longer"), "case.prolongation_answered", **SIGNATORY,
            belongs=guards.PROLONGATION_ASKED, guards=[guards.PLAN_HOLDS, ONLINE],
            body=plans.ProlongationAnswer),
    )  # fmt: skip
    def answer_prolongation(self, *, reason: str, lapses_at: Any) -> None:
        self.applicant_reason, self.plan_lapses_at = reason, lapses_at
        self.prolongation_months = 0

    @act(
        State.WORKS, None,
        Act(_("Record own works as finished"), "case.plan_line_finished", ahead=True,
            **PROJECT_MANAGER, belongs=guards.LINES_LEFT, body=plans.FinishedLine),
    )  # fmt: skip
    def finish_line(self, *, line: int) -> None:
        self.open_lines -= 1
