"""The machines of orderly use: every legal move is a transition here, and only here."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.roles import Role
from core.clock import city_now, local_date
from core.problems import Text
from ledger.queries import doers
from oversight.agency import LEAD_AGENCY
from oversight.orderly import bodies
from workflow.machine import TWO_PEOPLE, Act, Guard, act, set_all

if TYPE_CHECKING:
    from oversight.orderly.models import DistrictPlan, Execution

HANDED_IN: Final = "orderly_district.handed_in"


class PlanState(TextChoices):
    DRAFT = "draft", pgettext_lazy("orderly", "Draft")
    ISSUED = "issued", pgettext_lazy("orderly", "Issued")


class DistrictState(TextChoices):
    AWAITED = "awaited", _("To be handed in")
    HANDED_IN = "handed_in", pgettext_lazy("orderly", "With the lead agency")
    ACCEPTED = "accepted", pgettext_lazy("orderly", "Accepted")


class ExecutionState(TextChoices):
    RUNNING = "running", _("Being carried out")
    ENDED = "ended", pgettext_lazy("orderly", "Ended")


def district_lead(plan: "DistrictPlan", user: User) -> Role | None:
    return user.role_in(Role.DISTRICT_LEAD, district=plan.district)


def regulator(plan: "DistrictPlan", user: User) -> Role | None:
    return user.role_in(Role.REGULATOR, district=plan.district)


def supply_lead(execution: "Execution", user: User) -> Role | None:
    """Of every district where it is carried out."""
    return supply_lead_of(execution.districts, user)


def supply_lead_of(districts: list[str], user: User) -> Role | None:
    held = [user.role_in(Role.SUPPLY_LEAD, district=code) for code in districts]
    return Role.SUPPLY_LEAD if held and all(held) else None


def not_own(plan: "DistrictPlan", user: User) -> Text | None:
    """Whoever handed it in does not judge it."""
    return TWO_PEOPLE if user.pk in doers(plan.ref, [HANDED_IN]) else None


def is_late(plan: "DistrictPlan", now: datetime) -> bool:
    return plan.state == DistrictState.AWAITED and now >= plan.late_from


IS_DRAFT: Final = Guard(
    lambda plan: plan.state == PlanState.DRAFT, _("The plan is issued: it stays as it is.")
)
NOT_OVER: Final = Guard(
    lambda plan: plan.ends_on >= local_date(city_now()), _("The last day of this plan has passed.")
)
LATE: Final = Guard(lambda plan: is_late(plan, city_now()), _("This district is not late."))
NOT_CHASED_TODAY: Final = Guard(
    lambda plan: plan.chased_at is None or local_date(plan.chased_at) < local_date(city_now()),
    _("This district was chased today already."),
)
RUNNING: Final = Guard(
    lambda execution: execution.state == ExecutionState.RUNNING, _("It has ended.")
)
SUPPLY: Final[dict[str, Any]] = {
    "who": supply_lead,
    "refusal": _("Only the lead of the supply company in all these districts does this."),
}


class PlanMachine:
    due_on: date | None

    @act(
        PlanState.DRAFT, PlanState.ISSUED,
        Act(_("Issue the plan"), "orderly_plan.issued", ahead=True, **LEAD_AGENCY,
            guards=[IS_DRAFT, NOT_OVER], stamps=["issued_at"]),
    )  # fmt: skip
    def issue(self, *, due_on: date) -> None:
        """It is published, and every district has to hand in its own."""
        self.due_on = due_on

    @act(
        PlanState.DRAFT, None,
        Act(_("Change the draft"), "orderly_plan.changed", **LEAD_AGENCY, guards=[IS_DRAFT],
            body=bodies.CityPlanBody),
    )  # fmt: skip
    def change(self, **values: Any) -> None:
        """As often as needed before it is issued."""
        set_all(self, values)


class DistrictPlanMachine:
    chased_at: datetime | None
    due_on: date

    @act(
        DistrictState.AWAITED, DistrictState.HANDED_IN,
        Act(_("Hand in the plan of the district"), HANDED_IN, ahead=True, who=district_lead,
            refusal=_("Only the lead of the district hands it in."),
            body=bodies.DistrictPlanBody, stamps=["handed_in_at"]),
    )  # fmt: skip
    def hand_in(self, **values: Any) -> None:
        """What was asked of late districts is answered by it."""
        set_all(self, values)
        self.chased_at = None

    @act(
        DistrictState.HANDED_IN, DistrictState.ACCEPTED,
        Act(_("Accept it"), "orderly_district.accepted", ahead=True, **LEAD_AGENCY, bar=not_own,
            stamps=["accepted_at"]),
    )  # fmt: skip
    def accept(self) -> None:
        """It belongs to the city's plan."""

    @act(
        DistrictState.HANDED_IN, DistrictState.AWAITED,
        Act(_("Give it back to the district"), "orderly_district.given_back", **LEAD_AGENCY,
            bar=not_own, body=bodies.GivenBack),
    )  # fmt: skip
    def give_back(self, *, round: int, due_on: date, late_from: datetime) -> None:  # noqa: A002
        """The next round begins, with a day of its own; what was handed in stays."""
        self.round, self.due_on, self.late_from = round, due_on, late_from

    @act(
        DistrictState.AWAITED, None,
        Act(_("Chase the district"), "orderly_district.chased", who=regulator,
            refusal=_("Only the regulator chases a district."),
            guards=[LATE, NOT_CHASED_TODAY], body=bodies.Chased, stamps=["chased_at"]),
    )  # fmt: skip
    def chase(self, *, words: str) -> None:
        """Once a day; it moves no day."""


class ExecutionMachine:
    ordered_mw: Decimal
    shed_mw: Decimal | None
    reason: str

    @act(
        ExecutionState.RUNNING, ExecutionState.ENDED,
        Act(_("End it"), "orderly_execution.ended", ahead=True, **SUPPLY, guards=[RUNNING],
            body=bodies.EndedExecution, stamps=["ended_at"]),
    )  # fmt: skip
    def end(self, *, shed_mw: Decimal | None) -> None:
        """Now, by the record's own time."""
        self.shed_mw = shed_mw

    @act(
        (ExecutionState.RUNNING, ExecutionState.ENDED), None,
        Act(_("Correct what was entered"), "orderly_execution.corrected", **SUPPLY,
            body=bodies.CorrectedExecution),
    )  # fmt: skip
    def correct(
        self, *, ordered_mw: Decimal, shed_mw: Decimal | None, reason: str, why: str
    ) -> None:
        """Both stay: what stood there, and what stands there now."""
        self.ordered_mw, self.shed_mw, self.reason = ordered_mw, shed_mw, reason
