"""The event of a case that is reserved capacity of the grid after its acceptance."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event

EVENTS: Final = (Event("case.supply_reserved", _("Capacity of the grid reserved")),)
