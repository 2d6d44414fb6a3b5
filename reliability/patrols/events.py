"""The events of patrols and defects."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event

EVENTS: Final = (
    Event("patrol.registered", _("Patrol registered"), receipt=False),
    Event("patrol.changed", _("Patrol changed"), receipt=False),
    Event("patrol.clear", _("Patrolled, nothing found"), receipt=False),
    Event("patrol.finding", _("Patrolled, a defect found"), receipt=False),
    Event("patrol.ended", _("Patrol ended"), receipt=False),
    Event("defect.found", _("Defect found"), receipt=False),
    Event("defect.works_ordered", _("Works ordered"), receipt=False),
    Event("defect.mended", _("Defect mended"), receipt=False),
)
