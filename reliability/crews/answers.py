"""What the API gives of repair crews."""

from typing import Any

from rest_framework import serializers
from rest_framework.serializers import CharField, IntegerField

from core.answers import Instant, MaybeInstant, MaybeText
from reliability.crews.actions import CREWS
from reliability.crews.filters import STATES
from workflow.buttons import WithButtons


class CrewAnswer(serializers.Serializer[Any]):
    """A repair crew, and nobody's name."""

    id = IntegerField()
    code = CharField()
    district = CharField()
    name = CharField()
    towns = serializers.ListField(
        child=CharField(), help_text="Codes of its grid cell; none: the whole district."
    )
    place = MaybeText(help_text="Where it stands by.")
    phone = CharField()
    state = serializers.ChoiceField(STATES)
    registered_at = Instant()
    ended_at = MaybeInstant()


class CrewWhole(CrewAnswer, WithButtons):
    """A crew with what its reader can do with it."""

    workflow = CREWS
    version = IntegerField()
