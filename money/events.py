"""The events of charges."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event

EVENTS: Final = (Event("case.charged", _("Charge entered")),)
