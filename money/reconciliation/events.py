"""The event of a difference."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event

EXPLAINED: Final = "difference.explained"
EVENTS: Final = (Event(EXPLAINED, _("Difference with the provider explained"), receipt=False),)
