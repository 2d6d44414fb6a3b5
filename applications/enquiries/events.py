"""The events of questions, about a case or without one."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, Event, Message

#: How whoever has no account finds a question again.
FOLLOWED: Final = _("Under Progress you read it with this number, your phone and a code.")

EVENTS: Final = (
    Event(
        "enquiry.asked",
        _("Question asked"),
        receipt=False,
        message=Message(
            _("Case %(number)s: a question waits for an answer"),
            _("Its page says what is asked, and by when it is to be answered."),
            variants={
                "general": (
                    _("Question %(number)s waits for an answer"),
                    _("Its page says what is asked, and by when it is to be answered."),
                ),
                "phone": (_("Your question %(number)s is taken in"), FOLLOWED),
            },
            to=["desk"],
        ),
    ),
    Event(
        "enquiry.answered",
        _("Question answered"),
        receipt=False,
        message=Message(
            _("Case %(number)s: your question is answered"),
            _("The answer stands on the page of the case."),
            variants={
                "general": (
                    _("Your question %(number)s is answered"),
                    _("The answer stands on the page of the question."),
                ),
                "phone": (_("Your question %(number)s is answered"), FOLLOWED),
            },
            to=["applicant"],
            channels=EVERYWHERE,
        ),
    ),
    # No entry of its own: what is told where its clock is recorded as late.
    Event(
        "enquiry.late",
        _("Question answered too late"),
        receipt=False,
        message=Message(
            _("Case %(number)s: a question was not answered in time"),
            _("Its last day has passed. The regulator sees that."),
            variants={
                "general": (
                    _("Question %(number)s was not answered in time"),
                    _("Its last day has passed. The regulator sees that."),
                ),
                "phone": (
                    _("Your question %(number)s was not answered in time"),
                    _("Its last day has passed. The regulator sees that."),
                ),
            },
            to=["desk", "applicant"],
        ),
    ),
    Event("enquiry.erased", _("Personal data erased"), receipt=False),
)
