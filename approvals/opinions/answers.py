"""What programs are told of opinions."""

from typing import Any, Final

from rest_framework import serializers

from approvals.opinions.models import Opinion, Standing
from approvals.opinions.serializers import Part, Position
from core.answers import Count, Day, Instant, MaybeChoice, MaybeInstant, MaybeText
from rules.names import Permit as PermitCode

#: Read by the bureaus of the set and by those who watch over it; null for everybody else.
WHOLE_ONLY: Final = ("name", "question", "parts", "files", "position", "words", "opened_at")


class OpinionAnswer(serializers.Serializer[Any]):
    """An opinion that a bureau asked for. Who was asked, the question and what was answered are
    null for the applicant and the supply company, who read that it was asked for and given."""

    id = serializers.IntegerField()
    permit = serializers.ChoiceField([str(code) for code in PermitCode], source="permit.permit")
    bureau = serializers.CharField(source="permit.bureau")
    standing = serializers.ChoiceField(Standing.choices)
    name = MaybeText()
    question = MaybeText()
    parts = serializers.ListField(child=serializers.ChoiceField(Part.choices), allow_null=True)
    files = serializers.ListField(child=serializers.UUIDField(), allow_null=True)
    asked_at = Instant()
    answer_by = Day()
    reminded_at = MaybeInstant()
    opened_at = MaybeInstant()
    answered_at = MaybeInstant()
    withdrawn_at = MaybeInstant()
    position = MaybeChoice(Position.choices)
    words = MaybeText()
    version = serializers.IntegerField()

    def to_representation(self, instance: Opinion) -> dict[str, Any]:
        told = super().to_representation(instance)
        if not self.context["whole"]:
            told |= dict.fromkeys(WHOLE_ONLY)
        return told


class TallyAnswer(serializers.Serializer[Any]):
    """How many opinions were asked for, without what was withdrawn, and how many were given."""

    asked = Count()
    answered = Count()
