from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event, Message

EVENTS: Final = (
    # No entry: a code says nothing of a case.
    Event(
        "contact.code_sent",
        _("Code sent"),
        receipt=False,
        message=Message(
            _("Your code is %(code)s"),
            _("It holds for %(minutes)s minutes. Nobody of ours will ever ask you for it."),
            channels=("sms", "email"),
        ),
    ),
)
