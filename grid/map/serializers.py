from typing import Any

from rest_framework import serializers

from grid.areas.drawing import TYPES
from grid.areas.room import Room
from grid.models import ElementKind


class ElementProperties(serializers.Serializer[Any]):
    """An element of the grid; `open_kva` null: unknown."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(ElementKind.choices)
    voltage_kv = serializers.FloatField()
    rating_kva = serializers.FloatField(allow_null=True)
    open_kva = serializers.FloatField(allow_null=True)
    limited = serializers.BooleanField()
    room = serializers.ChoiceField(Room.choices)
    word = serializers.CharField(help_text="The class in words.")
    lines = serializers.ListField(child=serializers.CharField(), help_text="What is told of it.")


class GeometryAnswer(serializers.Serializer[Any]):
    """Degrees, longitude first."""

    type = serializers.ChoiceField(sorted(TYPES.values()))
    coordinates = serializers.ListField()


class ElementFeature(serializers.Serializer[Any]):
    type = serializers.ChoiceField(["Feature"])
    id = serializers.CharField()
    geometry = GeometryAnswer()
    properties = ElementProperties()


class ElementsAnswer(serializers.Serializer[Any]):
    """GeoJSON; `more`: the box has more elements than are told at once."""

    type = serializers.ChoiceField(["FeatureCollection"])
    features = ElementFeature(many=True)
    more = serializers.BooleanField()
