"""What the API gives of suggested faults, and a monitoring system of what it told."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.serializers import BooleanField, CharField, IntegerField

from core.answers import Instant, MaybeChoice, MaybeInstant, MaybeText
from reliability.monitoring.actions import SUGGESTIONS
from reliability.monitoring.kinds import Aside, EventType, Outcome, Problem
from reliability.monitoring.queries import told_of
from reliability.monitoring.reading import is_momentary
from reliability.monitoring.workflow import STATES
from workflow.buttons import WithButtons


class MonitoringRowAnswer(serializers.Serializer[Any]):
    """What became of one row: taken, known already, or kept as it came, to be clarified."""

    index = IntegerField()
    id = MaybeText()
    outcome = serializers.ChoiceField(Outcome.choices)
    problem = MaybeChoice(Problem.choices)
    field = MaybeText(help_text="Which member of the row it is about.")
    reason = MaybeText()


class MonitoringEventsTaken(serializers.Serializer[Any]):
    """One answer for each row, in their order."""

    results = MonitoringRowAnswer(many=True)


class MonitoringEventAnswer(serializers.Serializer[Any]):
    """An event: when by the clock of the system that told it, and when it came here."""

    system = CharField()
    event_id = CharField()
    type = serializers.ChoiceField(EventType.choices)
    element = CharField(source="element.code")
    section = MaybeText()
    reported_at = Instant()
    received_at = Instant()


class UnclearAnswer(serializers.Serializer[Any]):
    """A row that is kept as it came (`raw`, JSON as text) and counts for nothing."""

    id = IntegerField()
    system = CharField()
    event_id = MaybeText()
    problem = serializers.ChoiceField(Problem.choices)
    received_at = Instant()
    raw = CharField()


class MonitoringSystemAnswer(serializers.Serializer[Any]):
    """When a system was heard last."""

    system = CharField()
    heard_at = MaybeInstant(help_text="By our clock; null: never.")
    reported_at = MaybeInstant(help_text="The newest time that it told, by its own clock.")
    silent = BooleanField(allow_null=True, help_text="Null: nobody watches.")


class SuggestionAnswer(serializers.Serializer[Any]):
    """A fault that follows from events. Where it is not said otherwise times are as reported."""

    id = IntegerField()
    number = CharField()
    district = CharField()
    located = CharField(source="located.code", help_text="The lowest element above all of them.")
    elements = serializers.ListField(child=CharField(), help_text="What is without voltage.")
    section = MaybeText()
    medium_customers = IntegerField(source="medium")
    low_customers = IntegerField(source="low")
    first_lost_at = Instant()
    back_at = MaybeInstant(help_text="From when all had voltage again.")
    momentary = serializers.SerializerMethodField()
    state = serializers.ChoiceField(STATES)
    suggested_at = Instant(help_text="By our record.")
    ended_at = MaybeInstant(help_text="By our record.")
    reason = MaybeChoice(Aside.choices)
    note = MaybeText()
    outage = MaybeText(source="outage.number")
    into = MaybeText(source="into.number", help_text="The suggestion that it is part of.")

    def get_momentary(self, one: Any) -> bool:
        return is_momentary(one)


class SuggestionWhole(SuggestionAnswer, WithButtons):
    """A suggestion with its events, and what its reader can do."""

    workflow = SUGGESTIONS
    events = serializers.SerializerMethodField()
    version = IntegerField()

    @extend_schema_field(MonitoringEventAnswer(many=True))
    def get_events(self, one: Any) -> Any:
        return MonitoringEventAnswer(told_of(one), many=True).data
