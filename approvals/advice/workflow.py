"""The machine of an advice: every legal move is a transition here, and only here."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from approvals.advice import serializers as bodies
from approvals.workflow import COMPANY, OFFICER
from core.events import Event, Message
from workflow.machine import Act, act

#: Who is told that it is asked for, and that it is given.
BUREAU: Final = "bureau"
ASKING: Final = "company"


class AdviceState(TextChoices):
    NEW = "new", _("To be asked for")
    ASKED = "asked", _("Waits for the bureau")
    ANSWERED = "answered", _("Answered")
    WITHDRAWN = "withdrawn", _("Request withdrawn")
    LAPSED = "lapsed", _("Lapsed: the line went on without it")


class AdviceMachine:
    bureau: str
    level: str
    question: str
    verdict: str
    words: str

    @act(
        AdviceState.NEW, AdviceState.ASKED,
        Act(_("Ask for advice"), "advice.asked", **COMPANY, body=bodies.AskAdvice,
            stamps=["asked_at"]),
    )  # fmt: skip
    def ask(self, *, bureau: str, level: str, question: str) -> None:
        """Only while the line is a draft, which the case says (`applications.advice.actions`)."""
        self.bureau, self.level, self.question = bureau, level, question

    @act(
        AdviceState.ASKED, AdviceState.ANSWERED,
        Act(_("Give the advice"), "advice.answered", ahead=True, **OFFICER, body=bodies.GiveAdvice,
            stamps=["ended_at"]),
    )  # fmt: skip
    def answer(self, *, verdict: str, words: str) -> None:
        self.verdict, self.words = verdict, words

    @act(
        AdviceState.ASKED, AdviceState.WITHDRAWN,
        Act(_("Withdraw the request"), "advice.withdrawn", **COMPANY, stamps=["ended_at"]),
    )  # fmt: skip
    def withdraw(self) -> None: ...
    @act(
        AdviceState.ASKED, AdviceState.LAPSED, Act("", "advice.lapsed", stamps=["ended_at"])
    )  # fmt: skip
    def lapse(self) -> None:
        """The line was sent, or its case has gone another way: advice would come too late."""


EVENTS: Final = (
    Event(
        "advice.asked", _("Advice before application asked for"),
        message=Message(
            _("Case %(number)s: advice before application is asked for"),
            _("The supply company asks about a draft line (%(what)s). Your answer binds nobody and "
              "has no limit; the page shows the line as it was when asked."),
            to=[BUREAU],
        ),
    ),
    Event(
        "advice.answered", _("Advice before application given"),
        message=Message(
            _("Case %(number)s: advice before application is given"),
            _("%(bureau)s has answered (%(what)s). The page of the package shows what it advises. "
              "It binds nobody."),
            to=[ASKING],
        ),
    ),
    Event("advice.withdrawn", _("Request for advice withdrawn")),
    Event("advice.lapsed", _("Request for advice lapsed: the line went on"), receipt=False),
)  # fmt: skip
