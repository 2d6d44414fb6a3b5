"""The events of a correction of name and number."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, Event, Message

EVENTS: Final = (
    Event(
        "case.correction_proposed",
        _("Correction of name and number proposed"),
        message=Message(
            _("Case %(number)s: a correction of name and number is proposed"),
            _("Compare it with the document and decide it; the case goes on meanwhile."),
            to=["desk"],
        ),
    ),
    Event(
        "case.identity_corrected",
        _("Name and number corrected"),
        message=Message(
            _("Case %(number)s: name and number are corrected"),
            _("If that was not you, ring 95598 or 96598 now."),
            to=["applicant"],
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "case.correction_refused",
        _("Correction of name and number refused"),
        message=Message(
            _("Case %(number)s: the correction of name and number was refused"),
            _("The case page says why. You can propose it again with another document."),
            to=["applicant"],
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "case.correction_taken_back",
        _("Correction of name and number taken back"),
        message=Message(
            _("Case %(number)s: the correction of name and number was taken back"),
            _("Nothing is left to decide about it."),
            to=["desk"],
        ),
    ),
)
