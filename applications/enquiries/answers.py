"""What the API gives of enquiries."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.serializers import CharField, IntegerField, Serializer

from accounts.models import User
from applications.enquiries.actions import ENQUIRIES
from applications.enquiries.models import Enquiry
from applications.enquiries.queries import clocks_of
from applications.enquiries.workflow import EnquiryState
from core.answers import Count, Instant, MaybeInstant, MaybeText
from core.clock import city_now
from deadlines.models import Clock
from workflow.buttons import ButtonSerializer, buttons_json


class EnquiryRow(Serializer[Any]):
    """An enquiry without its words; its context is `timed`."""

    id = IntegerField(source="pk")
    application = CharField(source="application.number")
    district = CharField()
    state = serializers.ChoiceField(choices=EnquiryState.choices)
    asked_at = Instant()
    answered_at = MaybeInstant()
    due_on = serializers.SerializerMethodField()
    late = serializers.SerializerMethodField()
    version = Count()

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_due_on(self, enquiry: Enquiry) -> date | None:
        """The last day; null where the rules set none."""
        return self._clock(enquiry).last_day

    def get_late(self, enquiry: Enquiry) -> bool:
        return self._clock(enquiry).is_late(self.context["now"])

    def _clock(self, enquiry: Enquiry) -> Clock:
        found: Clock = self.context["clocks"][enquiry.ref]
        return found


def timed(rows: Sequence[Enquiry]) -> dict[str, Any]:
    """What the serializers need; two queries however many there are."""
    return {"now": city_now(), "clocks": clocks_of(rows)}


class EnquiryMoved(EnquiryRow):
    """The answer to a step: kept in plain for whoever repeats it, so without words."""

    actions = serializers.SerializerMethodField()

    @extend_schema_field(ButtonSerializer(many=True))
    def get_actions(self, enquiry: Enquiry) -> Any:
        return buttons_json(ENQUIRIES, enquiry, self.context["user"])


class EnquiryWhole(EnquiryMoved):
    """An enquiry as whoever may read the case reads it."""

    text = MaybeText(read_only=True, help_text="null: erased with the person of the case")
    answer = MaybeText(read_only=True, source="answer_text")


class OwnEnquiry(Serializer[Any]):
    """A question about a case as it is given to whoever asked."""

    asked_at = Instant()
    text = MaybeText()
    answered_at = MaybeInstant()
    answer = MaybeText(source="answer_text")


def answer_of(kind: type[Serializer[Any]], enquiry: Enquiry, user: User) -> Any:
    return kind(enquiry, context={"user": user, **timed([enquiry])}).data
