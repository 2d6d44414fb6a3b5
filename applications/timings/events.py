"""The events of published figures, in the record of the city."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event

RELEASED: Final = "statistics.released"
REVISED: Final = "statistics.revised"
EVENTS: Final = (
    Event(RELEASED, _("Figures of real timings frozen and published"), receipt=False),
    Event(REVISED, _("Published figures of real timings revised"), receipt=False),
)
