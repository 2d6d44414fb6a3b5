"""What the API gives of rentals."""

from typing import Any

from rest_framework import serializers
from rest_framework.serializers import BooleanField, CharField, IntegerField, Serializer

from applications.rentals.actions import RENTALS
from applications.rentals.models import Rental
from applications.rentals.queries import reads_words
from applications.rentals.workflow import RentalState
from core.answers import Count, Day, Exact, Instant, MaybeInstant, MaybeText
from workflow.buttons import WithButtons


class RentalSummary(Serializer[Any]):
    """A unit that is rented, or was to be. `until_day` is the day of return, on which somebody else
    can have it; `late_days` how many days later it came, or is out until today."""

    id = IntegerField(source="pk")
    application = CharField(source="application.number")
    unit = CharField(source="code")
    name = CharField(source="unit.name")
    capacity_kva = Exact(source="unit.capacity_kva")
    fee_code = CharField(source="unit.fee_code")
    from_day = Day()
    until_day = Day()
    state = serializers.ChoiceField(choices=RentalState.choices)
    asked_at = Instant()
    handed_over_at = MaybeInstant()
    ended_at = MaybeInstant()
    damaged = BooleanField(allow_null=True)
    late_days = Count()
    version = Count()


class RentalMoved(RentalSummary, WithButtons):
    """Without anything that was said: it is kept for whoever repeats a request."""

    workflow = RENTALS


class RentalAnswer(RentalMoved):
    """With what was said, for both sides of it; null for everybody else."""

    words = MaybeText(read_only=True, help_text="Why it was declined or cancelled.")
    condition_out = MaybeText(read_only=True, help_text="Of the unit as it was handed over.")
    condition_back = MaybeText(read_only=True, help_text="Of the unit as it came back.")

    def to_representation(self, instance: Rental) -> Any:
        answer, user = super().to_representation(instance), self.context["user"]
        if not reads_words(instance, user):
            answer |= dict.fromkeys(("words", "condition_out", "condition_back"))
        return answer
