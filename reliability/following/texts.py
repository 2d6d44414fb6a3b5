"""What followers are told of outages: where and when, and never who is connected there."""

from functools import partial
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, Message, Topic

OutageMessage: Final = partial(Message, channels=EVERYWHERE, topic=Topic.OUTAGES)

ANNOUNCED: Final = OutageMessage(
    _("Planned outage in %(place)s"),
    _("%(area)s: power is to be off from %(since)s to %(until)s. Outage %(number)s."),
)
REPORTED: Final = OutageMessage(
    _("Power is off in %(place)s"),
    _("%(area)s: power is off since %(at)s. Outage %(number)s."),
)
CHANGED: Final = OutageMessage(
    _("Outage in %(place)s changed"),
    _("%(area)s: power is now to be off from %(since)s to %(until)s. Outage %(number)s."),
)
STARTED: Final = OutageMessage(
    _("Power is off in %(place)s"),
    _("%(area)s: power is off since %(at)s, as planned until %(until)s. Outage %(number)s."),
)
ESTIMATED: Final = OutageMessage(
    _("Outage in %(place)s: when power is back"),
    _("%(area)s: power is expected back at %(expected)s. Outage %(number)s."),
)
PART_RESTORED: Final = OutageMessage(
    _("Power is back in part in %(place)s"),
    _("%(area)s: power is back for some since %(at)s, not yet for all. Outage %(number)s."),
)
RESTORED: Final = OutageMessage(
    _("Power is back in %(place)s"),
    _("%(area)s: power is back since %(at)s. Outage %(number)s."),
)
CANCELLED: Final = OutageMessage(
    _("Outage in %(place)s cancelled"),
    _("%(area)s: power stays on; the outage from %(since)s is cancelled. Outage %(number)s."),
)
CORRECTED: Final = OutageMessage(
    _("Outage in %(place)s: times corrected"),
    _("%(area)s: power was off from %(since)s to %(until)s. Outage %(number)s."),
)
