"""The words of monitoring: what is told of an element, why a row waits to be clarified, and why a
suggestion is no outage."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EventType(TextChoices):
    """What a system tells of an element: of its voltage, or of the switch that feeds it."""

    LOST = "voltage.lost", _("Voltage lost")
    BACK = "voltage.back", _("Voltage back")
    TRIPPED = "switch.tripped", _("Switch tripped")
    RECLOSED = "switch.reclosed", _("Switch reclosed")


#: From these on it is without voltage; from the others on it has it.
DARK: Final = frozenset({EventType.LOST.value, EventType.TRIPPED.value})


class Problem(TextChoices):
    """Why a row is kept as it came and counts for nothing (待核实)."""

    UNREADABLE = "unreadable", _("Cannot be read")
    WORD = "word", _("Unknown word")
    ELEMENT = "element", _("Unknown element")
    AHEAD = "ahead", _("Time ahead of ours")
    OTHER_CONTENT = "other_content", _("Known id, other content")


class Outcome(TextChoices):
    """What became of one row of a message."""

    TAKEN = "taken", pgettext_lazy("monitoring", "Taken")
    REPEATED = "repeated", pgettext_lazy("monitoring", "Known already")
    TO_CLARIFY = "to_clarify", _("To be clarified")


class Aside(TextChoices):
    """Why a suggestion is no outage."""

    FALSE_ALARM = "false_alarm", _("False alarm")
    METERING_FAULT = "metering_fault", _("Fault of metering")
    TESTED = "tested", _("Test")
