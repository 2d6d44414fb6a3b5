"""The bodies and answers about the supply of a case from the grid."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.bodies import Body, WordsField
from grid import geometry
from grid.models import CODE_MAX, ElementKind

POSITION_MAX: Final = 40


class PlaceBody(Body):
    """Where the case is to be supplied."""

    position = WordsField(
        label=_("Longitude and latitude"),
        help_text=_("In degrees, CGCS2000 or WGS 84, such as 104.77 29.35."),
        max_length=POSITION_MAX,
        one_line=True,
    )

    def validate_position(self, words: str) -> str:
        try:
            found = geometry.read(f"POINT ({words.replace(',', ' ').replace('，', ' ')})")
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from None
        return found.wkt.removeprefix("POINT (").removesuffix(")")


class SupplyElement(Body):
    """The element of the grid from which a case is supplied."""

    element = WordsField(label=_("Code of the element"), max_length=CODE_MAX, one_line=True)


class ProposalAnswer(serializers.Serializer[Any]):
    """An element near the place: how far it is, what it can still take, and why it cannot."""

    element = serializers.CharField(source="element.code")
    kind = serializers.ChoiceField(ElementKind.choices, source="element.row.kind")
    name = serializers.CharField(source="element.row.name")
    length_m = serializers.DecimalField(12, 1)
    open_kva = serializers.DecimalField(12, 2, source="element.open_kva", allow_null=True)
    possible = serializers.BooleanField()
    reasons = serializers.ListField(child=serializers.CharField())


class ReservationAnswer(serializers.Serializer[Any]):
    source = serializers.IntegerField()  # type: ignore[assignment]
    element = serializers.CharField(source="element.code")
    kva = serializers.DecimalField(12, 2)
    from_at = serializers.DateTimeField()
    lapses_at = serializers.DateTimeField(allow_null=True)


class SupplyAnswer(serializers.Serializer[Any]):
    """What is reserved for a case, and what the grid near it proposes."""

    needed_kva = serializers.DecimalField(12, 2)
    position = serializers.CharField(allow_null=True)
    reserved = ReservationAnswer(many=True)
    not_reserved = serializers.CharField(
        allow_null=True, help_text="Why nothing is reserved; null where something is."
    )
    proposals = ProposalAnswer(many=True)
