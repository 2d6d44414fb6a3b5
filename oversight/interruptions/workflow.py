"""The machine of a complaint about an interruption: every legal move is a transition here, and only
here."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import TextChoices
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from accounts.models import User
from accounts.roles import EVERYBODY, SUPPLIERS, Role
from core.bodies import (
    Body,
    ChoiceField,
    Empty,
    InstantField,
    NumberedField,
    WordsField,
    YesNoField,
    refuse,
    refused,
)
from core.clock import city_now
from money.complaints.workflow import DECIDES, LONGEST, DecisionOnComplaint
from oversight.serializers import CLAUSE_MAX, TO_PUT_RIGHT, DaysField, Said
from rules.city import city
from workflow.machine import OWN_CASE, Act, Guard, act

if TYPE_CHECKING:
    from oversight.interruptions.models import InterruptionComplaint

#: Those of the supply company who know why power was cut: a counter does not.
COMPANY: Final = (*SUPPLIERS, Role.SUPPLY_LEAD)
NUMBER_MAX: Final = 40


class InterruptionState(TextChoices):
    OPEN = "open", _("With the regulator")
    UPHELD = "upheld", _("Complaint upheld")
    ORDERED = "ordered", _("Upheld, and ordered to be put right")
    DISMISSED = "dismissed", _("Complaint dismissed")
    WITHDRAWN = "withdrawn", _("Complaint withdrawn")


DECIDED: Final = (InterruptionState.UPHELD, InterruptionState.DISMISSED)
#: Its clock stands still: of an upheld one the order has a clock of its own.
ENDED: Final = (*DECIDED, InterruptionState.ORDERED, InterruptionState.WITHDRAWN)
LATER: Final = _("This lies in the future.")
BACK_BEFORE: Final = _("The power cannot come back before it was cut.")


class NewInterruption(Body):
    """What an enterprise complains of whose supply was interrupted."""

    enterprise = WordsField(label=_("Name of the enterprise"), one_line=True, max_length=120)
    district = ChoiceField(
        [(code, lazystr(words)) for code, words in city().district_choices],
        label=_("District"),
    )
    address = WordsField(label=_("Where the power was cut"), one_line=True, max_length=200)
    customer_number = NumberedField(
        label=_("Customer number"),
        help_text=_("It stands on the electricity bill. Leave empty if you do not have it here."),
        max_length=NUMBER_MAX,
        required=False,
    )
    began_at = InstantField(label=_("Cut since"), help_text=_("As exactly as you know it."))
    still_off = YesNoField(
        label=_("Is the power still off?"),
        help_text=_("Then regulator and supply company are told of it as urgent, at once."),
    )
    restored_at = InstantField(
        label=_("Back since"),
        help_text=_("Only where the power is back."),
        required=False,
        allow_null=True,
        default=None,
    )
    outage = NumberedField(
        label=_("Number of the outage"),
        help_text=_("Where it was announced or published. Leave empty if you know of none."),
        max_length=NUMBER_MAX,
        required=False,
    )
    text = WordsField(
        label=_("What happened, and why it is wrong"),
        help_text=_("The regulator and the supply company read this as it stands."),
        max_length=LONGEST,
    )

    def validate_began_at(self, at: datetime) -> datetime:
        return not_later(at)

    def validate_restored_at(self, at: datetime | None) -> datetime | None:
        return at and not_later(at)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """An end goes with power that is back, and lies behind the beginning."""
        back, reason = attrs["restored_at"], None
        if attrs["still_off"] and back is not None:
            reason = _("You said that the power is still off.")
        elif not attrs["still_off"] and back is None:
            reason = _("Say since when the power is back.")
        elif back is not None and back <= attrs["began_at"]:
            reason = BACK_BEFORE
        if reason is not None:
            raise refuse("restored_at", reason)
        return attrs


class PowerBack(Body):
    """Since when the power is back."""

    restored_at = InstantField(label=_("Back since"), help_text=_("As exactly as you know it."))

    def validate_restored_at(self, at: datetime) -> datetime:
        if at <= self.context["thing"].began_at:
            raise ValidationError([refused(BACK_BEFORE)])
        return not_later(at)


def not_later(at: datetime) -> datetime:
    """Raises ValidationError: it lies in the future."""
    if at > city_now():
        raise ValidationError([refused(LATER)])
    return at


class ExplainedInterruption(Body):
    """Why the supply company interrupted the supply, or what it knows of it."""

    explanation = WordsField(
        label=_("Your explanation"),
        help_text=_("Once. The regulator and whoever complained read this as it stands."),
        max_length=LONGEST,
    )


class OrderOnInterruption(Body):
    """What the supply company is ordered to put right."""

    text = Said(
        label=_("What is to be put right"),
        help_text=_("What is asked, and what is to be shown as evidence."),
        error_messages=TO_PUT_RIGHT,
    )
    clause = WordsField(
        label=_("Clause"),
        help_text=_("The rule that was not kept, such as “Plan 3(3)3”."),
        max_length=CLAUSE_MAX,
        required=False,
        one_line=True,
    )
    days = DaysField()


def regulator(complaint: "InterruptionComplaint", user: User) -> Role | None:
    return user.role_in(Role.REGULATOR, district=complaint.district)


def company(complaint: "InterruptionComplaint", user: User) -> Role | None:
    return user.role_in(*COMPANY, district=complaint.district)


def complainant(complaint: "InterruptionComplaint", user: User) -> Role | None:
    return EVERYBODY if complaint.concerns(user) else None


def own(complaint: "InterruptionComplaint", user: User) -> Any:
    return OWN_CASE if complaint.concerns(user) else None


IS_OPEN: Final = Guard(
    lambda complaint: complaint.state not in ENDED, _("This complaint has ended.")
)
NOT_EXPLAINED: Final = Guard(
    lambda complaint: complaint.explained_at is None,
    _("The supply company has explained the interruption already."),
)
STILL_OFF: Final = Guard(
    lambda complaint: not complaint.power_on, _("You have said that the power is back.")
)
UPHELD: Final = Guard(
    lambda complaint: complaint.state in (InterruptionState.UPHELD, InterruptionState.ORDERED),
    _("Uphold the complaint first."),
)
NOT_ORDERED: Final = Guard(
    lambda complaint: complaint.order_ref is None, _("It was ordered to be put right already.")
)
REGULATOR: Final[dict[str, Any]] = {
    "who": regulator,
    "refusal": _("Only the regulator of the district decides on a complaint."),
    "bar": own,
}
DECISION: Final[dict[str, Any]] = REGULATOR | {
    "guards": [IS_OPEN], "body": DecisionOnComplaint, "stamps": ["ended_at"],
}  # fmt: skip
COMPLAINANT: Final[dict[str, Any]] = {
    "who": complainant,
    "refusal": _("Only whoever complained does this."),
}


class InterruptionMachine:
    explanation: str
    reasons: str
    clause: str
    restored_at: datetime | None
    power_on: bool
    order_ref: UUID | None

    @act(
        InterruptionState.OPEN, InterruptionState.UPHELD,
        Act(_("Uphold the complaint"), "interruption.upheld", ahead=True, awaited=DECIDES,
            **DECISION),
    )  # fmt: skip
    def uphold(self, *, reasons: str, clause: str) -> None:
        """An order to the supply company may follow."""
        self.reasons, self.clause = reasons, clause

    @act(
        InterruptionState.OPEN, InterruptionState.DISMISSED,
        Act(_("Dismiss the complaint"), "interruption.dismissed", **DECISION),
    )  # fmt: skip
    def dismiss(self, *, reasons: str, clause: str) -> None:
        """The interruption was in order."""
        self.reasons, self.clause = reasons, clause

    @act(
        InterruptionState.UPHELD, InterruptionState.ORDERED,
        Act(_("Order it to be put right"), "interruption.ordered", ahead=True, **REGULATOR,
            guards=[UPHELD, NOT_ORDERED], body=OrderOnInterruption),
    )  # fmt: skip
    def order(self, *, order_ref: UUID) -> None:
        self.order_ref = order_ref

    @act(
        InterruptionState.OPEN, None,
        Act(_("Explain the interruption"), "interruption.explained", who=company, bar=own,
            refusal=_("Only the supply company explains an interruption."),
            guards=[IS_OPEN, NOT_EXPLAINED], body=ExplainedInterruption,
            stamps=["explained_at"]),
    )  # fmt: skip
    def explain(self, *, explanation: str) -> None:
        """Once, before the decision, which waits for nothing."""
        self.explanation = explanation

    @act(
        InterruptionState.OPEN, None,
        Act(_("Say that the power is back"), "interruption.restored", **COMPLAINANT,
            guards=[IS_OPEN, STILL_OFF], body=PowerBack),
    )  # fmt: skip
    def restore(self, *, restored_at: datetime) -> None:
        """By whoever complained; it is urgent no more."""
        self.restored_at, self.power_on = restored_at, True

    @act(
        InterruptionState.OPEN, None,
        Act(_("Add photos or files"), "interruption.evidenced", **COMPLAINANT,
            guards=[IS_OPEN], body=Empty, files=True),
    )  # fmt: skip
    def attach(self) -> None:
        """What shows what is complained of."""

    @act(
        InterruptionState.OPEN, InterruptionState.WITHDRAWN,
        Act(_("Withdraw the complaint"), "interruption.withdrawn", **COMPLAINANT,
            guards=[IS_OPEN], stamps=["ended_at"]),
    )  # fmt: skip
    def withdraw(self) -> None:
        """It may be made anew."""
