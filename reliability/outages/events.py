"""The events of outages. What is public of an outage stands in its row."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event

EVENTS: Final = (
    Event("outage.announced", _("Outage announced"), receipt=False),
    Event("outage.reported", _("Outage reported: power off"), receipt=False),
    Event("outage.changed", _("Plan changed"), receipt=False),
    Event("outage.cancelled", _("Outage cancelled"), receipt=False),
    Event("outage.started", _("Power off"), receipt=False),
    Event("outage.located", _("Fault located"), receipt=False),
    Event("outage.crew_sent", _("Crew sent"), receipt=False),
    Event("outage.repair_begun", _("Repair begun"), receipt=False),
    Event("outage.estimated", _("Restoration estimated"), receipt=False),
    Event("outage.restored", _("Power restored"), receipt=False),
    Event("outage.corrected", _("Times corrected"), receipt=False),
)
