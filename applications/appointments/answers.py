"""What the API gives of appointments."""

from typing import Any

from rest_framework import serializers
from rest_framework.serializers import CharField, IntegerField, Serializer

from applications.appointments.actions import APPOINTMENTS
from applications.appointments.models import Appointment
from applications.appointments.queries import reads_words
from applications.appointments.serializers import Purpose
from applications.appointments.workflow import AppointmentState
from core.answers import Count, Day, Instant, MaybeInstant, MaybeText
from workflow.buttons import WithButtons


class TimeAnswer(Serializer[Any]):
    """A time that is free."""

    begins_at = Instant()
    ends_at = Instant()


class DayAnswer(Serializer[Any]):
    """A working day, with its free times."""

    day = Day()
    times = TimeAnswer(many=True)


class TimesAnswer(Serializer[Any]):
    """When the supply company can come, and for what; null and empty where it is not asked for, or
    nobody has the case yet."""

    purpose = serializers.ChoiceField(choices=Purpose.choices, allow_null=True)
    days = DayAnswer(many=True)


class AppointmentRow(Serializer[Any]):
    """An appointment as the list has it; `sequence` grows with each move."""

    id = IntegerField(source="pk")
    application = CharField(source="application.number")
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    begins_at = Instant()
    ends_at = Instant()
    state = serializers.ChoiceField(choices=AppointmentState.choices)
    booked_by = serializers.ChoiceField(choices=Appointment.SIDES)
    sequence = Count()
    ended_at = MaybeInstant()
    version = Count()


class AppointmentMoved(AppointmentRow, WithButtons):
    """Without anything that was said: it is kept for whoever repeats a request."""

    workflow = APPOINTMENTS


class AppointmentAnswer(AppointmentMoved):
    """With what was said, for both sides of it; null for everybody else."""

    remark = MaybeText(read_only=True)
    words = MaybeText(
        read_only=True, help_text="Why it was moved or ended, or what came of it: the last of them."
    )

    def to_representation(self, instance: Appointment) -> Any:
        answer, user = super().to_representation(instance), self.context["user"]
        if not reads_words(instance, user):
            answer |= {"remark": None, "words": None}
        return answer
