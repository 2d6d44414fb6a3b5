"""What the API gives of complaints about interruptions."""

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.serializers import BooleanField, CharField, IntegerField, Serializer

from core.answers import Count, Instant, MaybeInstant, MaybeText
from documents.queries import about as documents_about
from documents.serializers import FileAnswer
from oversight.interruptions.actions import INTERRUPTIONS
from oversight.interruptions.models import InterruptionComplaint
from oversight.interruptions.queries import CLOCKED
from oversight.interruptions.reading import order_of
from oversight.interruptions.workflow import InterruptionState
from workflow.buttons import WithButtons
from workflow.clocked.answers import ClockedRow


class InterruptionRow(ClockedRow):
    """A complaint about an interruption without its words, and without who it is of."""

    clocked = CLOCKED
    id = IntegerField(source="pk")
    number = CharField()
    district = CharField()
    outage = MaybeText(help_text="the number that it names, whether there is one or not")
    began_at = Instant()
    restored_at = MaybeInstant(help_text="null: still off")
    power_on = BooleanField()
    state = serializers.ChoiceField(choices=InterruptionState.choices)
    made_at = Instant()
    explained_at = MaybeInstant()
    ended_at = MaybeInstant()
    due_on = serializers.SerializerMethodField()
    late = serializers.SerializerMethodField()
    version = Count()

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_due_on(self, complaint: InterruptionComplaint) -> date | None:
        """The last day; null where the rules set none."""
        return self.clock_of(complaint).last_day


class InterruptionMoved(InterruptionRow, WithButtons):
    """The answer to a step: kept in plain for whoever repeats it, so without words."""

    workflow = INTERRUPTIONS


class InterruptionWhole(InterruptionMoved):
    """A complaint as whoever may read it does."""

    enterprise = MaybeText(read_only=True, help_text="null: erased")
    address = MaybeText(read_only=True)
    customer_number = MaybeText(read_only=True)
    text = MaybeText(read_only=True)
    explanation = MaybeText(read_only=True, help_text="of the supply company")
    reasons = MaybeText(read_only=True, help_text="of the decision")
    clause = MaybeText(read_only=True)
    order = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_order(self, complaint: InterruptionComplaint) -> str | None:
        """The number of the order that it led to."""
        order = order_of(complaint)
        return order.number if order else None

    @extend_schema_field(FileAnswer(many=True))
    def get_files(self, complaint: InterruptionComplaint) -> Any:
        found = documents_about(complaint.word, complaint.pk).filter(erased_at=None)
        return FileAnswer(found, many=True).data


class OwnInterruption(Serializer[Any]):
    """A complaint as it is given to whoever made it; `phone` is null for whoever has an account."""

    number = CharField()
    enterprise = MaybeText()
    district = CharField()
    address = MaybeText()
    customer_number = MaybeText()
    phone = MaybeText()
    outage = MaybeText()
    began_at = Instant()
    restored_at = MaybeInstant()
    text = MaybeText()
    state = CharField()
    made_at = Instant()
    explained_at = MaybeInstant()
    explanation = MaybeText()
    ended_at = MaybeInstant()
    reasons = MaybeText()
    clause = MaybeText()
