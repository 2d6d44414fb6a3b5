"""The events of questions about a case."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, Event, Message

EVENTS: Final = (
    Event(
        "enquiry.asked",
        _("Question asked"),
        receipt=False,
        message=Message(
            _("Case %(number)s: a question waits for an answer"),
            _("Its page says what is asked, and by when it is to be answered."),
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
            to=["desk", "applicant"],
        ),
    ),
)
