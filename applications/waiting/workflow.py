"""The acts of a case that waits for its applicant too long; the machines of `applications.workflow`
inherit them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from applications import who as sides
from applications.states import Holder, State, waits_in
from core.bodies import Body, WordsField
from core.clock import city_now, local_date
from rules.names import Kind
from workflow.machine import Act, Guard, act

if TYPE_CHECKING:
    from applications.models import Application


def is_reminded(case: "Application") -> bool:
    """Whether its applicant was reminded of what the case waits for now, or waited for at its
    end."""
    reminded, since = case.reminded_at, case.held_since
    return reminded is not None and since is not None and reminded >= since


MAY_BE_CLOSED: Final = Guard(
    lambda case: (
        case.holder == Holder.APPLICANT and is_reminded(case) and case.closable_on is not None
    ),
    _("A case is closed only after a reminder that said so, and while it waits for the applicant."),
)
DAYS_PASSED: Final = Guard(
    lambda case: case.closable_on is None or case.closable_on <= local_date(city_now()),
    _("The last day that the reminder named is not over yet."),
)


class CaseClosing(Body):
    """Why a case that waits for the applicant is closed."""

    reason = WordsField(
        label=_("Reason"),
        help_text=_(
            "What the case waited for, and how you tried to reach the applicant. The applicant and "
            "the regulator read this."
        ),
    )


CLOSE: Final = Act(
    _("Close the case"), "case.closed", who=sides.customer_manager,
    bar=sides.left_to(Role.MANAGER), body=CaseClosing,
    refusal=_("Only the supply company closes a case that waits for its applicant."),
    belongs=MAY_BE_CLOSED, guards=[DAYS_PASSED],
)  # fmt: skip


class Waiting:
    reminded_at: datetime | None
    closable_on: date | None
    closing_reason: str

    @act(
        sorted({state for kind in Kind for state in waits_in(kind)}), None,
        Act("", "case.reminded", stamps=["reminded_at"]),
    )  # fmt: skip
    def remind(self, *, closable_on: date | None) -> None:
        """Once for each time that the case waits, by the sweep (`actions.remind_waiting`)."""
        self.closable_on = closable_on


class LowVoltageWaiting(Waiting):
    @act(waits_in(Kind.LV_OTHER), State.CLOSED, CLOSE)
    def close(self, *, reason: str) -> None:
        """By a person and never by time alone; filing again continues the first clock."""
        self.closing_reason = reason


class SingleSourceWaiting(Waiting):
    @act(waits_in(Kind.HV_SINGLE), State.CLOSED, CLOSE)
    def close(self, *, reason: str) -> None:
        self.closing_reason = reason


class DualSourceWaiting(Waiting):
    @act(waits_in(Kind.HV_DUAL), State.CLOSED, CLOSE)
    def close(self, *, reason: str) -> None:
        self.closing_reason = reason
