"""The events of cases that wait for their applicant too long."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from applications.events import told
from core.events import EVERYWHERE, Event, Message

WAITS: Final = _("Case %(number)s is waiting for you")

EVENTS: Final = (
    Event(
        "case.reminded",
        _("Applicant reminded"),
        receipt=False,
        # The reminder itself says to whom, and by when (`reminding.remind`).
        message=Message(
            WAITS,
            _("The case page says what is to be done. The case stays open."),
            variants={
                "closable": (
                    WAITS,
                    _(
                        "The case page says what is to be done. If nothing comes by %(last_day)s, "
                        "the supply company may close the case; you can begin anew from it at any "
                        "time."
                    ),
                )
            },
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "case.closed",
        _("Closed: nothing came from the applicant"),
        message=told(
            _("Case %(number)s has been closed"),
            _(
                "Nothing came from you, and the supply company closed it; its page says why. Begin "
                "anew from there with one button: what you typed and handed in is kept, and the "
                "time since the first filing goes on counting."
            ),
            channels=EVERYWHERE,
        ),
    ),
)
