"""What the API gives of enquiries."""

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.serializers import CharField, IntegerField, Serializer

from applications.enquiries.actions import ENQUIRIES
from applications.enquiries.models import Enquiry
from applications.enquiries.queries import CLOCKED
from applications.enquiries.workflow import EnquiryState, Topic
from core.answers import Count, Instant, MaybeChoice, MaybeInstant, MaybeText
from workflow.buttons import WithButtons
from workflow.clocked.answers import ClockedRow


class EnquiryRow(ClockedRow):
    """An enquiry without its words; `application` and `topic`: one or the other."""

    clocked = CLOCKED
    id = IntegerField(source="pk")
    number = CharField(help_text="of the case that it is about, or its own")
    application = serializers.SerializerMethodField()
    topic = MaybeChoice(Topic.choices)
    district = CharField()
    state = serializers.ChoiceField(choices=EnquiryState.choices)
    asked_at = Instant()
    answered_at = MaybeInstant()
    due_on = serializers.SerializerMethodField()
    late = serializers.SerializerMethodField()
    version = Count()

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_application(self, enquiry: Enquiry) -> str | None:
        """The number of the case; null where it is about none."""
        return enquiry.number if enquiry.application_id else None

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_due_on(self, enquiry: Enquiry) -> date | None:
        """The last day; null where the rules set none."""
        return self.clock_of(enquiry).last_day


class EnquiryMoved(EnquiryRow, WithButtons):
    """The answer to a step: kept in plain for whoever repeats it, so without words."""

    workflow = ENQUIRIES


class EnquiryWhole(EnquiryMoved):
    """An enquiry as whoever may read it does."""

    text = MaybeText(read_only=True, help_text="null: erased")
    answer = MaybeText(read_only=True, source="answer_text")


class OwnEnquiry(Serializer[Any]):
    """A question about a case as it is given to whoever asked."""

    asked_at = Instant()
    text = MaybeText()
    answered_at = MaybeInstant()
    answer = MaybeText(source="answer_text")


class OwnGeneralEnquiry(OwnEnquiry):
    """A question without a case; `phone` is null for whoever asked with an account."""

    number = CharField()
    topic = serializers.ChoiceField(Topic.choices)
    district = CharField()
    phone = MaybeText()
