"""The machine of an appointment: every legal move is a transition here, and only here; and what an
appointment can be for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import SUPPLIERS, Role
from applications.appointments import serializers as bodies
from applications.appointments.serializers import Purpose
from applications.states import HIGH, State
from applications.who import as_applicant, takes
from rules.names import Stage
from workflow.machine import Act, Guard, act

if TYPE_CHECKING:
    from datetime import datetime

    from applications.appointments.models import Appointment
    from applications.models import Application


class AppointmentState(TextChoices):
    NEW = "new", _("To be booked")
    BOOKED = "booked", _("Booked")
    HELD = "held", _("Took place")
    NOT_HELD = "not_held", _("Did not take place")
    CANCELLED = "cancelled", _("Cancelled")


@dataclass(frozen=True, slots=True)
class PurposeRule:
    """What one purpose says of its appointments.

    Args:
        state: of the case, in which it is booked.
        role: whose calendar it is booked in.
        stage: whose documents have to be at hand.
    """

    state: State
    role: Role
    stage: Stage | None = None


#: Of high voltage (plan 3(2)1, 3(2)2): for what, in the order of a case.
PURPOSES: Final[dict[str, PurposeRule]] = {
    Purpose.SURVEY: PurposeRule(State.ACCEPTED, Role.MANAGER),
    Purpose.INSPECTION: PurposeRule(
        State.INSPECTION_REQUESTED, Role.PROJECT, Stage.MID_CONSTRUCTION_INSPECTION
    ),
    Purpose.COMPLETION: PurposeRule(
        State.COMPLETION_REPORTED, Role.PROJECT, Stage.COMPLETION_INSPECTION
    ),
    Purpose.CONTRACT: PurposeRule(State.COMPLETION_PASSED, Role.MANAGER),
}


def purpose_of(case: "Application") -> Purpose | None:
    """What the supply company may come for in a case as it stands."""
    if case.kind not in HIGH:
        return None
    return next(
        (Purpose(name) for name, rule in PURPOSES.items() if rule.state == case.state), None
    )


def company(appointment: "Appointment", user: User) -> Role | None:
    """Who has the case in the role that comes, or the deputy of today."""
    case, role = appointment.application, PURPOSES[appointment.purpose].role
    held = user.role_in(role, *SUPPLIERS, district=case.district)
    return held if takes(role, case, user) else None


def either(appointment: "Appointment", user: User) -> Role | None:
    """The applicant's side, at a counter its clerks; or the supply company's."""
    return as_applicant(appointment.application, user) or company(appointment, user)


EITHER: Final[dict[str, Any]] = {
    "who": either,
    "refusal": _("Only the applicant and the manager who has this case do this, or the deputy."),
}
COMPANY: Final[dict[str, Any]] = {
    "who": company,
    "refusal": _("Only the manager who has this case records this, or the deputy."),
}
WANTED: Final = Guard(
    lambda one: one.purpose == purpose_of(one.application),
    _("The case does not ask for this appointment now."),
)
AHEAD: Final = Guard(
    lambda one: not one.begun,
    _("It has begun: say instead whether it took place."),
)
BEGUN: Final = Guard(lambda one: one.begun, _("It has not begun yet."))
NOT_ERASED: Final = Guard(
    lambda one: one.application.id_number != "", _("What was personal in this case is erased.")
)


class AppointmentMachine:
    staff: User
    begins_at: "datetime"
    ends_at: "datetime"
    booked_by: str
    remark: str
    words: str
    sequence: int
    remind_at: "datetime | None"

    @act(
        AppointmentState.NEW, AppointmentState.BOOKED,
        Act(_("Book the appointment"), "appointment.booked", ahead=True, **EITHER,
            guards=[WANTED], body=bodies.Booking, stamps=["changed_at"]),
    )  # fmt: skip
    def book(
        self,
        *,
        staff: User,
        begins_at: "datetime",
        ends_at: "datetime",
        remind_at: "datetime | None",
        booked_by: str,
        remark: str,
    ) -> None:
        """In the calendar of who comes; nobody is at two places at once."""
        self.staff, self.begins_at, self.ends_at = staff, begins_at, ends_at
        self.remind_at, self.booked_by, self.remark = remind_at, booked_by, remark

    @act(
        AppointmentState.BOOKED, None,
        Act(_("Move the appointment"), "appointment.moved", **EITHER,
            guards=[AHEAD, WANTED], body=bodies.Moving, stamps=["changed_at"]),
    )  # fmt: skip
    def move(
        self,
        *,
        staff: User,
        begins_at: "datetime",
        ends_at: "datetime",
        remind_at: "datetime | None",
        reason: str,
    ) -> None:
        """It stays the same appointment, in the calendars of both sides too (SEQUENCE)."""
        self.staff, self.begins_at, self.ends_at = staff, begins_at, ends_at
        self.remind_at, self.words = remind_at, reason
        self.sequence += 1

    @act(
        AppointmentState.BOOKED, AppointmentState.HELD,
        Act(_("Record that it took place"), "appointment.held", ahead=True, **COMPANY,
            guards=[BEGUN, NOT_ERASED], body=bodies.AppointmentOutcome,
            stamps=["changed_at", "ended_at"]),
    )  # fmt: skip
    def record_held(self, *, outcome: str) -> None:
        self.words, self.remind_at = outcome, None

    @act(
        AppointmentState.BOOKED, AppointmentState.NOT_HELD,
        Act(_("Record that it did not take place"), "appointment.not_held", **EITHER,
            guards=[BEGUN, NOT_ERASED], body=bodies.Failure, stamps=["changed_at", "ended_at"]),
    )  # fmt: skip
    def record_not_held(self, *, reason: str) -> None:
        """By who was there, and waited."""
        self.words, self.remind_at = reason, None

    @act(
        AppointmentState.BOOKED, AppointmentState.CANCELLED,
        Act(_("Cancel the appointment"), "appointment.cancelled", **EITHER,
            guards=[AHEAD], body=bodies.Cancelling, stamps=["changed_at", "ended_at"]),
    )  # fmt: skip
    def cancel(self, *, reason: str) -> None:
        self.words, self.remind_at = reason, None
        self.sequence += 1

    @act(
        AppointmentState.BOOKED, AppointmentState.CANCELLED,
        Act("", "appointment.lapsed", stamps=["changed_at", "ended_at"]),
    )  # fmt: skip
    def lapse(self) -> None:
        """The case has gone on, or ended, before it."""
        self.remind_at = None
        self.sequence += 1

    @act(
        AppointmentState.BOOKED, None,
        Act("", "appointment.reminded", stamps=["reminded_at"]),
    )  # fmt: skip
    def remind(self) -> None:
        self.remind_at = None
