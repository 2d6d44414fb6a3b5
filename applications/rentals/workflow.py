"""The machine of a rental: every legal move is a transition here, and only here."""

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.roles import Role
from applications.rentals import serializers as bodies
from applications.states import ENDED
from applications.who import as_applicant
from core.clock import begin_of
from core.problems import Text
from grid.rental.models import RentalUnit
from workflow.machine import Act, Guard, act, own_case

if TYPE_CHECKING:
    from datetime import datetime

    from applications.models import Application
    from applications.rentals.models import Rental

#: Of the supply company, whoever deals with its units, in the district of the case.
RENTERS: Final = (Role.MANAGER, Role.PROJECT, Role.SUPPLY_LEAD)
#: `Application.Purpose.TEMPORARY`.
TEMPORARY: Final = "temporary"


class RentalState(TextChoices):
    NEW = "new", pgettext_lazy("rental", "To be asked for")
    ASKED = "asked", pgettext_lazy("rental", "Asked for")
    CONFIRMED = "confirmed", pgettext_lazy("rental", "Confirmed")
    HANDED_OVER = "handed_over", pgettext_lazy("rental", "Handed over")
    RETURNED = "returned", _("Returned")
    DECLINED = "declined", _("Not rented")
    CANCELLED = "cancelled", pgettext_lazy("rental", "Cancelled")


_S = RentalState
#: Nobody else can have the unit on its days.
HOLDING: Final = (_S.ASKED, _S.CONFIRMED, _S.HANDED_OVER)
#: Nothing was handed over yet.
BEFORE: Final = (_S.ASKED, _S.CONFIRMED)


def rents_in(case: "Application") -> bool:
    """Whether a unit can be asked for in a case: filed, for temporary use, and not ended."""
    return case.purpose == TEMPORARY and not case.draft and case.state not in ENDED


def applicant(rental: "Rental", user: User) -> Role | None:
    """The applicant's side, at a counter its clerks."""
    return as_applicant(rental.application, user)


def company(rental: "Rental", user: User) -> Role | None:
    return user.role_in(*RENTERS, district=rental.application.district)


def own(rental: "Rental", user: User) -> Text | None:
    return own_case(rental.application, user)


COMPANY: Final[dict[str, Any]] = {
    "who": company,
    "bar": own,
    "refusal": _("Only a manager of the supply company in this district, or its lead, does this."),
}
RENTS: Final = Guard(
    lambda one: rents_in(one.application),
    _("Units are for rent in an application for temporary use, from its filing until it ends."),
)
STANDS: Final = Guard(
    lambda one: RentalUnit.objects.standing().filter(code=one.code).exists(),
    _("The unit is not in the register any more. Cancel or decline this, and say why."),
)
STILL_AHEAD: Final = Guard(
    lambda one: one.today < one.until_day, _("Its days are over: nothing can be handed over.")
)
BEGUN: Final = Guard(
    lambda one: one.from_day <= one.today, _("The unit is not handed over before its first day.")
)


class RentalMachine:
    application: "Application"
    unit: RentalUnit
    code: str
    from_day: date
    until_day: date
    due_at: "datetime | None"
    words: str
    condition_out: str
    condition_back: str
    damaged: bool | None

    @act(
        _S.NEW, _S.ASKED,
        Act(_("Ask for this unit"), "rental.asked", ahead=True, who=applicant,
            refusal=_("Only the applicant asks for a unit."),
            guards=[RENTS], body=bodies.NewRental, stamps=["asked_at"]),
    )  # fmt: skip
    def ask(self, *, unit: RentalUnit, from_day: date, until_day: date) -> None:
        """It binds nobody; its days are kept free for whoever asked first."""
        self.unit, self.code = unit, unit.code
        self.from_day, self.until_day = from_day, until_day
        self.due_at = begin_of(from_day)

    @act(
        _S.ASKED, _S.CONFIRMED,
        Act(pgettext_lazy("rental", "Confirm"), "rental.confirmed", ahead=True, **COMPANY,
            guards=[STANDS, STILL_AHEAD]),
    )  # fmt: skip
    def confirm(self) -> None:
        pass

    @act(
        _S.ASKED, _S.DECLINED,
        Act(pgettext_lazy("rental", "Decline"), "rental.declined", **COMPANY,
            body=bodies.RentalReason, stamps=["ended_at"]),
    )  # fmt: skip
    def decline(self, *, reason: str) -> None:
        self.words, self.due_at = reason, None

    @act(
        _S.CONFIRMED, _S.HANDED_OVER,
        Act(_("Record that it is handed over"), "rental.handed_over", ahead=True, **COMPANY,
            guards=[BEGUN, STILL_AHEAD, STANDS], body=bodies.Condition,
            stamps=["handed_over_at"]),
    )  # fmt: skip
    def hand_over(self, *, condition: str) -> None:
        self.condition_out, self.due_at = condition, begin_of(self.until_day)

    @act(
        _S.HANDED_OVER, _S.RETURNED,
        Act(_("Record that it is returned"), "rental.returned", ahead=True, **COMPANY,
            body=bodies.ReturnCondition, stamps=["ended_at"]),
    )  # fmt: skip
    def take_back(self, *, condition: str, damaged: bool) -> None:
        """Before its last day too: the days that are left are free again."""
        self.condition_back, self.damaged, self.due_at = condition, damaged, None

    @act(
        _S.CONFIRMED, _S.CANCELLED,
        Act(pgettext_lazy("rental", "Cancel"), "rental.cancelled", **COMPANY,
            body=bodies.RentalReason, stamps=["ended_at"]),
    )  # fmt: skip
    def cancel(self, *, reason: str) -> None:
        self.words, self.due_at = reason, None

    @act(
        BEFORE, _S.CANCELLED,
        Act(_("Do not rent it after all"), "rental.withdrawn", who=applicant,
            refusal=_("Only the applicant withdraws this."),
            body=bodies.RentalReason, stamps=["ended_at"]),
    )  # fmt: skip
    def withdraw(self, *, reason: str) -> None:
        self.words, self.due_at = reason, None

    @act(BEFORE, _S.CANCELLED, Act("", "rental.lapsed", stamps=["ended_at"]))
    def lapse(self) -> None:
        """The case has ended before anything was handed over."""
        self.due_at = None
