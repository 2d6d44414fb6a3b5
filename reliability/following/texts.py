"""What followers are told of outages: where and when, and never who is connected there."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, Message, Topic

ANNOUNCED: Final = Message(
    _("Planned outage in %(place)s"),
    _("%(area)s: power is to be off from %(since)s to %(until)s. Outage %(number)s."),
    channels=EVERYWHERE,
    topic=Topic.OUTAGES,
)
REPORTED: Final = Message(
    _("Power is off in %(place)s"),
    _("%(area)s: power is off since %(at)s. Outage %(number)s."),
    channels=EVERYWHERE,
    topic=Topic.OUTAGES,
)
CHANGED: Final = Message(
    _("Outage in %(place)s changed"),
    _("%(area)s: power is now to be off from %(since)s to %(until)s. Outage %(number)s."),
    channels=EVERYWHERE,
    topic=Topic.OUTAGES,
)
STARTED: Final = Message(
    _("Power is off in %(place)s"),
    _("%(area)s: power is off since %(at)s, as planned until %(until)s. Outage %(number)s."),
    channels=EVERYWHERE,
    topic=Topic.OUTAGES,
)
ESTIMATED: Final = Message(
    _("Outage in %(place)s: when power is back"),
    _("%(area)s: power is expected back at %(expected)s. Outage %(number)s."),
    channels=EVERYWHERE,
    topic=Topic.OUTAGES,
)
RESTORED: Final = Message(
    _("Power is back in %(place)s"),
    _("%(area)s: power is back since %(at)s. Outage %(number)s."),
    channels=EVERYWHERE,
    topic=Topic.OUTAGES,
)
CANCELLED: Final = Message(
    _("Outage in %(place)s cancelled"),
    _("%(area)s: power stays on; the outage from %(since)s is cancelled. Outage %(number)s."),
    channels=EVERYWHERE,
    topic=Topic.OUTAGES,
)
CORRECTED: Final = Message(
    _("Outage in %(place)s: times corrected"),
    _("%(area)s: power was off from %(since)s to %(until)s. Outage %(number)s."),
    channels=EVERYWHERE,
    topic=Topic.OUTAGES,
)
