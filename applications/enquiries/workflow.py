"""The machine of an enquiry: every legal move is a transition here, and only here."""

from typing import TYPE_CHECKING, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import COMPANY, Role
from core.bodies import Body, WordsField
from workflow.machine import Act, Guard, act, own_case

if TYPE_CHECKING:
    from applications.enquiries.models import Enquiry

LONGEST: Final = 2000


class EnquiryState(TextChoices):
    OPEN = "open", _("Not answered yet")
    ANSWERED = "answered", _("Question answered")


class NewEnquiry(Body):
    """What somebody wants to know about a case."""

    text = WordsField(
        label=_("Your question"),
        help_text=_("About this case, or about the rules that it follows."),
        max_length=LONGEST,
    )


class AnswerToEnquiry(Body):
    """What the supply company answers."""

    answer = WordsField(
        label=_("Answer"),
        help_text=_("The applicant reads this as it stands. Name the rule where there is one."),
        max_length=LONGEST,
    )


def answering(enquiry: "Enquiry", user: User) -> Role | None:
    return user.role_in(*COMPANY, district=enquiry.district)


NOT_ANSWERED: Final = Guard(
    lambda enquiry: enquiry.state != EnquiryState.ANSWERED, _("This question is answered.")
)


class EnquiryMachine:
    answer_text: str

    @act(
        EnquiryState.OPEN, EnquiryState.ANSWERED,
        Act(_("Answer the question"), "enquiry.answered", ahead=True, who=answering, bar=own_case,
            refusal=_("Only the supply company answers questions about a case."),
            guards=[NOT_ANSWERED], body=AnswerToEnquiry, stamps=["answered_at"]),
    )  # fmt: skip
    def answer(self, *, answer: str) -> None:
        """Once; who wants to know more asks again."""
        self.answer_text = answer
