"""What the gateways of channels tell us, and the code that a person shows there."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.bodies import Body, ChoiceField, WholeField, WordsField, refuse
from notifications.bindings.actions import FIGURES
from notifications.bindings.models import BOUND, CHOICES

ADDRESS_MAX: Final = 128
#: By what is told, what its `data` must have, and may have.
NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "binding.asked": frozenset({"address", "code"}),
    "binding.ended": frozenset({"address"}),
    "grant.given": frozenset({"address", "template", "count"}),
    "message.delivered": frozenset({"key"}),
    "message.failed": frozenset({"key"}),
}
#: Of channels whose addresses come from there alone.
OF_BOUND: Final = frozenset({"binding.asked", "binding.ended", "grant.given"})
MOST_GRANTS: Final = 100
MOST_PARTS: Final = 100


class ChannelEventData(Body):
    """What belongs to what is told."""

    address = WordsField(required=False, one_line=True, max_length=ADDRESS_MAX)
    code = serializers.RegexField(rf"^[0-9]{{{FIGURES}}}$", required=False)
    template = WordsField(required=False, one_line=True, max_length=100)
    count = WholeField(required=False, min_value=1, max_value=MOST_GRANTS)
    key = serializers.UUIDField(required=False)
    part = WholeField(required=False, min_value=1, max_value=MOST_PARTS)
    parts = WholeField(required=False, min_value=1, max_value=MOST_PARTS)
    said = WordsField(required=False, one_line=True, max_length=60)


class ChannelEvent(Body):
    """What happened in a channel, when, and what belongs to it."""

    type = ChoiceField(list(NEEDED))
    timestamp = serializers.DateTimeField(required=False)
    data = ChannelEventData()  # type: ignore[assignment]  # (its name on the wire)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["type"] in OF_BOUND and self.context["channel"] not in BOUND:
            raise refuse("type", _("This channel binds nobody."))
        data = attrs["data"]
        for name in sorted(NEEDED[attrs["type"]]):
            if not data.get(name):
                raise serializers.ValidationError({"data": {name: [_("This is needed.")]}})
        return attrs


class ChannelEventAnswer(serializers.Serializer[Any]):
    """What came of it; what was told before, or is not known here, is `taken` too."""

    outcome = serializers.ChoiceField(choices=["taken", "bound", "no_such_code", "too_many"])


class BindingCodeAnswer(serializers.Serializer[Any]):
    """What the person types in over there, and until when it holds."""

    channel = serializers.ChoiceField(choices=CHOICES)
    code = serializers.CharField()
    expires_at = serializers.DateTimeField()
