"""What the API gives of follow-ups."""

from datetime import date, datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.serializers import CharField, IntegerField, Serializer

from applications.follow_ups.actions import FOLLOW_UPS
from applications.follow_ups.models import FollowUp
from applications.follow_ups.queries import CLOCKED
from applications.follow_ups.workflow import FollowUpState
from applications.serializers import RATED_STAGES
from core.answers import Count, Instant, MaybeInstant, MaybeText
from workflow.buttons import WithButtons
from workflow.clocked.answers import ClockedRow


class FollowUpRow(ClockedRow):
    """A follow-up without words."""

    clocked = CLOCKED

    id = IntegerField(source="pk")
    application = CharField(source="application.number")
    stage = serializers.ChoiceField(choices=RATED_STAGES)
    level = Count()
    district = CharField()
    state = serializers.ChoiceField(choices=FollowUpState.choices)
    opened_at = Instant()
    closed_at = MaybeInstant()
    due_on = serializers.SerializerMethodField()
    due_at = serializers.SerializerMethodField()
    late = serializers.SerializerMethodField()
    provisional = serializers.SerializerMethodField()
    version = Count()

    def get_due_on(self, follow_up: FollowUp) -> date | None:
        return self.clock_of(follow_up).due_on

    def get_due_at(self, follow_up: FollowUp) -> datetime | None:
        return self.clock_of(follow_up).due_at

    def get_provisional(self, follow_up: FollowUp) -> bool:
        return self.clock_of(follow_up).provisional


class FollowUpMoved(FollowUpRow, WithButtons):
    """A follow-up without anything that was said: the answer to a step.

    Answers are kept in plain for whoever repeats a request, and what is said may name people.
    """

    workflow = FOLLOW_UPS


class AttemptAnswer(Serializer[Any]):
    """A call that reached nobody."""

    at = Instant()
    text = CharField()


class FollowUpAnswer(FollowUpMoved):
    """A follow-up as somebody reads it who may: the rating's words, what was tried, the close."""

    comment = MaybeText(read_only=True, help_text="of the rating")
    attempts = serializers.SerializerMethodField()
    said = MaybeText(read_only=True, help_text="by the applicant")
    done = MaybeText(read_only=True)

    @extend_schema_field(AttemptAnswer(many=True))
    def get_attempts(self, follow_up: FollowUp) -> Any:
        return AttemptAnswer(follow_up.attempts.order_by("seq"), many=True).data
