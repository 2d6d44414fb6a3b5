"""What the API gives of complaints about charges."""

from datetime import date

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.serializers import BooleanField, CharField, IntegerField

from core.answers import Count, Exact, Instant, MaybeInstant, MaybeText
from money.complaints.actions import COMPLAINTS
from money.complaints.models import Complaint
from money.complaints.queries import CLOCKED
from money.complaints.workflow import ComplaintState, Ground
from workflow.buttons import WithButtons
from workflow.clocked.answers import ClockedRow


class ComplaintRow(ClockedRow):
    """A complaint without its words, and the charge that it is about."""

    clocked = CLOCKED
    id = IntegerField(source="pk")
    application = CharField(source="application.number")
    charge = IntegerField(source="charge_id")
    fee_item = CharField(source="charge.fee_item.code")
    amount_yuan = Exact(source="charge.amount_yuan")
    payee = CharField(source="charge.payee")
    payee_affiliated = BooleanField(source="charge.payee_affiliated")
    ground = serializers.ChoiceField(choices=Ground.choices)
    district = CharField()
    state = serializers.ChoiceField(choices=ComplaintState.choices)
    made_at = Instant()
    explained_at = MaybeInstant()
    ended_at = MaybeInstant()
    due_on = serializers.SerializerMethodField()
    late = serializers.SerializerMethodField()
    version = Count()

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_due_on(self, complaint: Complaint) -> date | None:
        """The last day; null where the rules set none."""
        return self.clock_of(complaint).last_day


class ComplaintMoved(ComplaintRow, WithButtons):
    """The answer to a step: kept in plain for whoever repeats it, so without words."""

    workflow = COMPLAINTS


class ComplaintWhole(ComplaintMoved):
    """A complaint as whoever may read it does."""

    text = MaybeText(read_only=True, help_text="null: erased")
    explanation = MaybeText(read_only=True, help_text="of the supply company")
    reasons = MaybeText(read_only=True, help_text="of the decision")
    clause = MaybeText(read_only=True)
