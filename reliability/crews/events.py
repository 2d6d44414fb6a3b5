"""The events of repair crews."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event

EVENTS: Final = (
    Event("crew.registered", _("Repair crew registered"), receipt=False),
    Event("crew.changed", _("Repair crew changed"), receipt=False),
    Event("crew.ended", _("Repair crew ended"), receipt=False),
)
