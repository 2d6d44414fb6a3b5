"""What the API gives of outages."""

from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.serializers import BooleanField, CharField, IntegerField

from core.answers import Instant, MaybeInstant, MaybeText
from grid.points.models import AreaClass, Level
from reliability.monitoring.answers import MonitoringEventAnswer
from reliability.monitoring.queries import told_of
from reliability.outages.actions import OUTAGES
from reliability.outages.kinds import Nature, OutageKind
from reliability.outages.models import Outage
from reliability.outages.workflow import OutageState
from workflow.buttons import WithButtons

#: Of what is there: nothing waits to be announced.
STATES: Final = [each for each in OutageState.choices if each[0] != OutageState.NEW]


class CorrectedTimes(serializers.Serializer[Any]):
    """What the times of the power were, where the record had them later; both stand."""

    started_at = Instant(source="corrected_started_at")
    restored_at = Instant(source="corrected_restored_at")
    corrected_at = Instant()
    reason = CharField(source="correction")


class OutageAnswer(serializers.Serializer[Any]):
    """An outage as the public reads it; times without a word are those of the record."""

    number = CharField()
    district = CharField()
    area = CharField()
    kind = serializers.ChoiceField(OutageKind.choices)
    nature = serializers.ChoiceField(Nature.choices)
    cause = CharField()
    state = serializers.ChoiceField(STATES)
    planned_from = MaybeInstant()
    planned_until = MaybeInstant()
    announced_at = Instant()
    short_notice = BooleanField(help_text="Announced later than the rules ask.")
    short_notice_reason = MaybeText()
    again_reason = MaybeText(help_text="Why the same people are without power again.")
    not_live_reason = MaybeText(help_text="Why the works are not done live.")
    regulation = MaybeText(help_text="The regulation that prescribes an outage for safety.")
    excluded_by_policy = BooleanField()
    started_at = MaybeInstant()
    section = MaybeText(help_text="Where the fault was found.")
    located_at = MaybeInstant()
    crew_at = MaybeInstant(help_text="When a crew was sent.")
    crew = MaybeText(source="crew.name", help_text="The repair crew that was sent.")
    repairing_at = MaybeInstant(help_text="When the crew was there.")
    expected_at = MaybeInstant()
    estimated_at = MaybeInstant(help_text="When `expected_at` was estimated.")
    part_restored_at = MaybeInstant(help_text="When some had power back last, before all had it.")
    restored_at = MaybeInstant()
    cancelled_at = serializers.SerializerMethodField()
    cancelled_reason = MaybeText(source="ending")
    correction = serializers.SerializerMethodField()
    medium_customers = IntegerField(source="medium")
    low_customers = IntegerField(source="low")

    @extend_schema_field(MaybeInstant())
    def get_cancelled_at(self, one: Outage) -> Any:
        ended = one.ended_at if one.state == OutageState.CANCELLED else None
        return None if ended is None else Instant().to_representation(ended)

    @extend_schema_field(CorrectedTimes(allow_null=True))
    def get_correction(self, one: Outage) -> Any:
        return CorrectedTimes(one).data if one.corrected_at else None


class InterruptedCustomers(serializers.Serializer[Any]):
    """How many of one class and level were without power at one line or public transformer."""

    element = MaybeText()
    district = CharField()
    area_class = serializers.ChoiceField(AreaClass.choices)
    level = serializers.ChoiceField(Level.choices)
    customers = IntegerField()
    off_at = MaybeInstant()
    on_at = MaybeInstant()


class OutageWhole(OutageAnswer, WithButtons):
    """An outage at a desk: with what is switched off, the case whose works need it, and what its
    reader can do."""

    workflow = OUTAGES
    number_of_case = MaybeText()
    number_of_defect = MaybeText(source="defect.number")
    important = BooleanField()
    elements = serializers.SerializerMethodField()
    told = serializers.SerializerMethodField(help_text="What monitoring told of it.")
    customers = InterruptedCustomers(many=True, source="interruptions.all")
    version = IntegerField()

    @extend_schema_field(MonitoringEventAnswer(many=True))
    def get_told(self, one: Outage) -> Any:
        return MonitoringEventAnswer(told_of(one), many=True).data

    @extend_schema_field(serializers.ListField(child=CharField()))
    def get_elements(self, one: Outage) -> Any:
        return [element.code for element in one.switched_off()]
