"""The machine of an enquiry: every legal move is a transition here, and only here."""

from typing import TYPE_CHECKING, Final

from django.db.models import TextChoices
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import COMPANY, Role
from core.bodies import Body, ChoiceField, MobileField, WordsField
from rules.city import city
from workflow.machine import Act, Guard, act, own_case

if TYPE_CHECKING:
    from applications.enquiries.models import Enquiry

LONGEST: Final = 2000


class EnquiryState(TextChoices):
    OPEN = "open", _("Not answered yet")
    ANSWERED = "answered", _("Question answered")


class Topic(TextChoices):
    """What a question without a case is about."""

    APPLYING = "applying", _("Applying, and the documents for it")
    TIME = "time", _("How long it takes")
    COST = "cost", _("Fees and costs")
    CONNECTION = "connection", _("Capacity, lines and permits")
    METER = "meter", _("Meter, contract and the name on it")
    OTHER = "other", _("Something else")


class NewEnquiry(Body):
    """What somebody wants to know about a case."""

    text = WordsField(
        label=_("Your question"),
        help_text=_("About this case, or about the rules that it follows."),
        max_length=LONGEST,
    )


class GeneralEnquiry(Body):
    """What somebody wants to know who asks about no case."""

    topic = ChoiceField(Topic.choices, label=_("What it is about"))
    district = ChoiceField(
        [(code, lazystr(words)) for code, words in city().district_choices],
        label=_("District"),
        help_text=_("Where the power is needed: the supply company there answers."),
    )
    text = WordsField(
        label=_("Question"),
        help_text=_("No names, identity numbers or codes: nobody needs them to answer."),
        max_length=LONGEST,
    )


class CounterEnquiry(GeneralEnquiry):
    """The same, as a clerk takes it in at a counter for whoever asks."""

    phone = MobileField(
        label=_("Mobile phone of whoever asks"),
        help_text=_("It is told when the answer is there, and opens it with a code."),
    )


class AnswerToEnquiry(Body):
    """What the supply company answers."""

    answer = WordsField(
        label=_("Answer"),
        help_text=_("Whoever asked reads this as it stands. Name the rule where there is one."),
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
            refusal=_("Only the supply company answers questions."),
            guards=[NOT_ANSWERED], body=AnswerToEnquiry, stamps=["answered_at"]),
    )  # fmt: skip
    def answer(self, *, answer: str) -> None:
        """Once; who wants to know more asks again."""
        self.answer_text = answer
