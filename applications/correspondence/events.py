"""What the record calls calls and messages, and what is told of them: never the words."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, Event, Message

PHONE_SHOWN: Final = "case.phone_shown"
CALLED: Final = "case.applicant_called"
TO_APPLICANT: Final = "case.message_sent"
FROM_APPLICANT: Final = "case.message_received"
SETTLED: Final = "case.messages_settled"
TITLE: Final = _("There is a message about case %(number)s")

EVENTS: Final = (
    Event(PHONE_SHOWN, _("Phone number seen, to call the applicant"), receipt=False),
    Event(CALLED, _("Applicant called"), receipt=False),
    Event(
        TO_APPLICANT,
        _("Message to the applicant"),
        receipt=False,
        message=Message(
            TITLE,
            _(
                "Sign in, or follow the link that you have, and read it on the page of your case. "
                "You can answer there."
            ),
            variants={
                "counter": (
                    TITLE,
                    _(
                        "Follow your case with this number and this phone: with a code you read "
                        "it there, and can answer."
                    ),
                )
            },
            channels=EVERYWHERE,
        ),
    ),
    Event(
        FROM_APPLICANT,
        _("Message from the applicant"),
        receipt=False,
        message=Message(
            _("Case %(number)s: the applicant has written"),
            _("The message stands on the page of the case and waits for an answer."),
            channels=EVERYWHERE,
        ),
    ),
    Event(SETTLED, _("Messages noted as needing no answer"), receipt=False),
)
