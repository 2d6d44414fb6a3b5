"""What the API gives of patrols and defects."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.serializers import CharField, IntegerField

from core.answers import Day, Instant, MaybeInstant, MaybeText
from reliability.patrols.actions import DEFECTS, PATROLS
from reliability.patrols.bodies import Severity
from reliability.patrols.filters import DEFECT_STATES, PATROL_STATES
from workflow.buttons import WithButtons


class PatrolAnswer(serializers.Serializer[Any]):
    """How often an element is patrolled, and by when next."""

    id = IntegerField()
    element = CharField(source="element.code")
    district = CharField()
    every_days = IntegerField()
    due_on = Day()
    last_done_at = MaybeInstant()
    state = serializers.ChoiceField(PATROL_STATES)
    registered_at = Instant()
    ended_at = MaybeInstant()


class PatrolWhole(PatrolAnswer, WithButtons):
    """A patrol with what its reader can do."""

    workflow = PATROLS
    version = IntegerField()


class DefectAnswer(serializers.Serializer[Any]):
    """What was found on an element, and by when it is to be mended."""

    id = IntegerField()
    number = CharField()
    element = CharField(source="element.code")
    district = CharField()
    severity = serializers.ChoiceField(Severity.choices)
    words = CharField()
    patrol = IntegerField(source="patrol_id", allow_null=True)
    state = serializers.ChoiceField(DEFECT_STATES)
    found_at = Instant()
    due_on = Day()
    works = MaybeText()
    ordered_at = MaybeInstant()
    mended = MaybeText(help_text="What was done.")
    mended_at = MaybeInstant()


class DefectWhole(DefectAnswer, WithButtons):
    """A defect with the outages that it led to, and what its reader can do."""

    workflow = DEFECTS
    outages = serializers.SerializerMethodField()
    version = IntegerField()

    @extend_schema_field(serializers.ListField(child=CharField()))
    def get_outages(self, one: Any) -> Any:
        return list(one.outages.order_by("id").values_list("number", flat=True))
