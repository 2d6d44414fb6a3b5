"""The events of the city as a whole, which belong to no case."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event

EVENTS: Final = (
    Event("city.opened", _("Record begun"), receipt=False),
    Event("city.demonstration_opened", _("Record of a demonstration city begun"), receipt=False),
    Event("city.clock_moved", _("Clock of the demonstration city moved"), receipt=False),
    Event("role.granted", _("A role given to a person"), receipt=False),
    Event("role.revoked", _("A role ended"), receipt=False),
    Event("key.rotated", _("Key of the record replaced"), receipt=False),
    Event("record.gap_declared", _("Gap of the record declared after a restore"), receipt=False),
    Event("rules.loaded", _("New version of the city's rules let in"), receipt=False),
    Event("calendar.loaded", _("New working-day calendar let in"), receipt=False),
)
