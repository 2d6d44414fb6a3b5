"""The events of suggested faults."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event

EVENTS: Final = (
    Event("fault.suggested", _("Fault suggested by monitoring"), receipt=False),
    Event("fault.reported", _("Reported as an outage"), receipt=False),
    Event("fault.joined", _("Joined to an outage"), receipt=False),
    Event("fault.known", _("Found in an outage"), receipt=False),
    Event("fault.merged", _("Found to be part of another suggestion"), receipt=False),
    Event("fault.set_aside", _("Set aside"), receipt=False),
)
