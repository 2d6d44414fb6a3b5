"""What is said of suggestions, and what a monitoring system tells."""

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.bodies import Body, ChoiceField, InstantField, NumberedField, WordsField
from core.problems import Missing
from core.webhooks import ID_MAX
from grid.models import CODE_MAX
from reliability.monitoring.kinds import Aside
from reliability.outages.workflow import OutageState

if TYPE_CHECKING:
    from reliability.outages.models import Outage

WORDS_MAX: Final = 300
TYPE_MAX: Final = 40


class OutageJoining(Body):
    """To which outage it belongs; the values hold it."""

    outage = NumberedField(
        label=_("Number of the outage"), max_length=20,
        help_text=_("One that is on, announced or over."),
    )  # fmt: skip

    def validate_outage(self, number: str) -> "Outage":
        # The outage's own model stands on its bodies.
        from reliability.outages.queries import numbered  # noqa: PLC0415

        try:
            found = numbered(number)
        except Missing as missing:
            reason = _("No outage has this number.")
            raise serializers.ValidationError(str(reason)) from missing
        if found.state == OutageState.CANCELLED:
            raise serializers.ValidationError(str(_("That outage was cancelled.")))
        return found


class Reporting(OutageJoining):
    """The outage that was made of it."""


class SettingAside(Body):
    reason = ChoiceField(Aside.choices, label=_("Why it is no outage"))
    note = WordsField(
        label=_("How that is known"), required=False, one_line=True, max_length=WORDS_MAX
    )


class EventRow(Body):
    """What happened to one element, and when by the clock of the system that tells it."""

    id = WordsField(
        one_line=True, max_length=ID_MAX, help_text="The same whenever this event is told."
    )
    type = WordsField(
        one_line=True,
        max_length=TYPE_MAX,
        help_text="voltage.lost, voltage.back, switch.tripped, switch.reclosed.",
    )
    element = NumberedField(
        max_length=CODE_MAX,
        help_text="The code under which the element is published; of a switch, what it feeds.",
    )
    at = InstantField(help_text="By the clock of the system; one without offset is of the city.")
    section = WordsField(
        required=False, one_line=True, max_length=WORDS_MAX,
        help_text="Between which switches, in words: the grid's tables know no sections.",
    )  # fmt: skip


#: What is read of a row; whatever else it has is kept with it.
MEMBERS: Final = tuple(EventRow().fields)


class MonitoringEvents(Body):
    """Any number of events, each answered by itself; none: the system is alive."""

    events: Any = serializers.ListField(child=EventRow())
