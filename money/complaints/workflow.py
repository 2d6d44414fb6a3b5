"""The machine of a complaint: every legal move is a transition here, and only here."""

from typing import TYPE_CHECKING, Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import COMPANY, Role
from applications.by_whom import APPLICANT
from applications.who import as_applicant
from core.bodies import Body, ChoiceField, WordsField
from workflow.machine import Act, Guard, act, own_case

if TYPE_CHECKING:
    from money.complaints.models import Complaint

LONGEST: Final = 2000
#: What whoever waits for a decision is told, which may go either way.
DECIDES: Final = _("Decision of the regulator")


class ComplaintState(TextChoices):
    OPEN = "open", _("With the regulator")
    UPHELD = "upheld", _("Complaint upheld")
    DISMISSED = "dismissed", _("Complaint dismissed")
    WITHDRAWN = "withdrawn", _("Complaint withdrawn")


DECIDED: Final = (ComplaintState.UPHELD, ComplaintState.DISMISSED)
ENDED: Final = (*DECIDED, ComplaintState.WITHDRAWN)


class Ground(TextChoices):
    """What is wrong with a charge, by whoever complains."""

    CATALOGUE = "not_in_catalogue", _("It is not in the published catalogue")
    AMOUNT = "wrong_amount", _("Its rate or its amount is wrong")
    PAYER = "not_mine", _("It is not for me to pay")
    PAYEE = "payee", _("Who is to be paid")
    OTHER = "other", _("Something else")


class NewComplaint(Body):
    """What somebody complains of in a charge."""

    ground = ChoiceField(Ground.choices, label=_("What is wrong with the charge"))
    text = WordsField(
        label=_("Your complaint"),
        help_text=_("The regulator and the supply company read this as it stands."),
        max_length=LONGEST,
    )


class ExplainedCharge(Body):
    """Why the supply company charges what somebody complains of."""

    explanation = WordsField(
        label=_("Your explanation"),
        help_text=_("Once. The regulator and whoever complained read this as it stands."),
        max_length=LONGEST,
    )


class DecisionOnComplaint(Body):
    """What the regulator decides on a complaint."""

    reasons = WordsField(
        label=_("Reasons"),
        help_text=_("Whoever complained and the supply company read this as it stands."),
        max_length=LONGEST,
    )
    clause = WordsField(label=_("By which clause"), required=False, one_line=True, max_length=300)


def regulator(complaint: "Complaint", user: User) -> Role | None:
    return user.role_in(Role.REGULATOR, district=complaint.district)


def company(complaint: "Complaint", user: User) -> Role | None:
    return user.role_in(*COMPANY, district=complaint.district)


def complainant(complaint: "Complaint", user: User) -> Role | None:
    return as_applicant(complaint.application, user)


NOT_ENDED: Final = Guard(
    lambda complaint: complaint.state not in ENDED, _("This complaint has ended.")
)
NOT_EXPLAINED: Final = Guard(
    lambda complaint: complaint.explained_at is None,
    _("The supply company has explained the charge already."),
)
REGULATOR: Final[dict[str, Any]] = {
    "who": regulator,
    "refusal": _("Only the regulator of the district decides on a complaint about a charge."),
    "bar": own_case,
    "guards": [NOT_ENDED],
    "body": DecisionOnComplaint,
    "stamps": ["ended_at"],
}


class ComplaintMachine:
    explanation: str
    reasons: str
    clause: str

    @act(
        ComplaintState.OPEN, ComplaintState.UPHELD,
        Act(_("Uphold the complaint"), "complaint.upheld", ahead=True, awaited=DECIDES,
            **REGULATOR),
    )  # fmt: skip
    def uphold(self, *, reasons: str, clause: str) -> None:
        """The charge is taken back with it."""
        self.reasons, self.clause = reasons, clause

    @act(
        ComplaintState.OPEN, ComplaintState.DISMISSED,
        Act(_("Dismiss the complaint"), "complaint.dismissed", **REGULATOR),
    )  # fmt: skip
    def dismiss(self, *, reasons: str, clause: str) -> None:
        """The charge stands."""
        self.reasons, self.clause = reasons, clause

    @act(
        ComplaintState.OPEN, None,
        Act(_("Explain the charge"), "complaint.explained", who=company, bar=own_case,
            refusal=_("Only the supply company explains a charge."),
            guards=[NOT_ENDED, NOT_EXPLAINED], body=ExplainedCharge, stamps=["explained_at"]),
    )  # fmt: skip
    def explain(self, *, explanation: str) -> None:
        """Once, before the decision, which waits for nothing."""
        self.explanation = explanation

    @act(
        ComplaintState.OPEN, ComplaintState.WITHDRAWN,
        Act(_("Withdraw the complaint"), "complaint.withdrawn", who=complainant,
            refusal=APPLICANT["refusal"], guards=[NOT_ENDED], stamps=["ended_at"]),
    )  # fmt: skip
    def withdraw(self) -> None:
        """The charge stands, and may be complained of anew."""
