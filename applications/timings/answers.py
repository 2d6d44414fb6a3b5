"""What programs are told of a revision, in public and on the desk of oversight."""

from typing import Any

from rest_framework import serializers

from applications.timings.models import Table


class FigureChange(serializers.Serializer[Any]):
    """The figures of one row that a revision or a recount changes."""

    table = serializers.ChoiceField(Table.choices)
    row = serializers.CharField()
    district = serializers.CharField()
    figures = serializers.DictField(
        child=serializers.ListField(), help_text="By name: before and after."
    )
