"""The events of outages. What is public of an outage stands in its row."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event
from reliability.following import texts

EVENTS: Final = (
    Event("outage.announced", _("Outage announced"), receipt=False, message=texts.ANNOUNCED),
    Event(
        "outage.reported", _("Outage reported: power off"), receipt=False, message=texts.REPORTED
    ),
    Event("outage.changed", _("Plan changed"), receipt=False, message=texts.CHANGED),
    Event("outage.cancelled", _("Outage cancelled"), receipt=False, message=texts.CANCELLED),
    Event("outage.started", _("Power off"), receipt=False, message=texts.STARTED),
    Event("outage.located", _("Fault located"), receipt=False),
    Event("outage.crew_sent", _("Crew sent"), receipt=False),
    Event("outage.repair_begun", _("Repair begun"), receipt=False),
    Event("outage.estimated", _("Restoration estimated"), receipt=False, message=texts.ESTIMATED),
    Event(
        "outage.part_restored",
        _("Power restored in part"),
        receipt=False,
        message=texts.PART_RESTORED,
    ),
    Event("outage.restored", _("Power restored"), receipt=False, message=texts.RESTORED),
    Event("outage.corrected", _("Times corrected"), receipt=False, message=texts.CORRECTED),
)
