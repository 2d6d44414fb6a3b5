"""What the digest of the morning says."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event, Message, Topic

DIGEST: Final = "desk.digest_made"
TITLE: Final = _("This morning: to do %(waiting)s, late %(late)s")

EVENTS: Final = (
    # No entry: nothing has happened.
    Event(
        DIGEST,
        _("Digest of the morning"),
        receipt=False,
        message=Message(
            TITLE,
            _("%(first)s The rest stands in your list."),
            variants={
                "both": (TITLE, _("%(first)s The rest stands in your list. Broken: %(broken)s.")),
                "broken": (_("This morning: something is broken"), _("Broken: %(broken)s.")),
            },
            channels=("site", "email"),
            topic=Topic.DEADLINES,
        ),
    ),
)
