"""The shapes of the public answers, for the OpenAPI description."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from publishing.columns import Column, Day, Flag, Minute, Number
from publishing.models import Kind
from publishing.tables import Table, table_of

Fields = dict[str, Any]
CHARS, NUMBER = serializers.CharField, serializers.FloatField


class Hotline(serializers.Serializer[Any]):
    """One of the hotlines, which go with every answer."""

    number = CHARS()
    name = CHARS()


class PublicationStand(serializers.Serializer[Any]):
    """The newest publication of a table."""

    number = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    source = CHARS()  # type: ignore[assignment]


class ReliabilityIndices(serializers.Serializer[Any]):
    """The four indices; null is no data."""

    saidi_hours = NUMBER(allow_null=True)
    saifi = NUMBER(allow_null=True)
    caidi_hours = NUMBER(allow_null=True)
    asai = NUMBER(allow_null=True)


class StandardValue(serializers.Serializer[Any]):
    """One value of the rules, with where it comes from and when it is in force."""

    key = CHARS()
    name = CHARS()
    value = CHARS()
    until = serializers.DateField(allow_null=True)
    clause = CHARS()
    source = CHARS()  # type: ignore[assignment]
    source_url = CHARS()
    trust = CHARS()
    reading = serializers.BooleanField()
    note = CHARS()

    def get_fields(self) -> Fields:
        """`from` is a word of Python, so it is not written as the others."""
        return {**super().get_fields(), "from": serializers.DateField()}


_FIELDS: dict[type[Column], type[serializers.Field]] = {  # type: ignore[type-arg]
    Number: NUMBER,
    Day: serializers.DateField,
    Minute: serializers.DateTimeField,
    Flag: serializers.BooleanField,
}


def table_schema(kind: Kind) -> Any:
    """The answer of a published table: a cursor list with where the table stands."""
    table = table_of(kind.value)
    fields: Fields = {
        "results": _row(table),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "published": PublicationStand(allow_null=True),
        "empty": CHARS(allow_null=True),
        "hotlines": Hotline(many=True),
    }
    if kind is Kind.FEES:
        fields["free_kinds"] = serializers.ListField(child=CHARS())
    return inline_serializer(f"Published{kind.value.title()}", fields)


def _row(table: Table) -> Any:
    fields: Fields = {
        name: _FIELDS.get(type(c), CHARS)(allow_null=not c.required)
        for name, c in table.columns.items()
    }
    if table.announced:
        fields[table.announced] = serializers.DateTimeField()
    fields["publication"] = serializers.IntegerField()
    return inline_serializer(f"{table.kind.value.title()}Row", fields, many=True)


def _origin() -> Fields:
    """Where a value of the rules comes from."""
    return {
        "clause": CHARS(), "source": CHARS(), "trust": CHARS(),
        "from": serializers.DateField(), "until": serializers.DateField(allow_null=True),
    }  # fmt: skip


def _kinds() -> Any:
    limit: Fields = {"days": serializers.IntegerField(), "measure": CHARS(), "statistic": CHARS()}
    document: Fields = {"requirement": CHARS(), "name": CHARS(), "stage": CHARS()}
    steps: Fields = {"names": serializers.ListField(child=CHARS())}
    fields: Fields = {
        "kind": CHARS(),
        "name": CHARS(),
        "limit": inline_serializer("StandardLimit", limit | _origin()),
        "steps": inline_serializer("StandardSteps", steps | _origin()),
        "documents": inline_serializer("StandardDocument", document | _origin(), many=True),
    }
    return inline_serializer("StandardKind", fields, many=True)


def _permits() -> Any:
    route: Fields = {
        "route": CHARS(),
        "condition": CHARS(),
        "limit_days": serializers.IntegerField(allow_null=True),
    }
    law: Fields = {"clause": CHARS(), "subject": CHARS(), "url": CHARS()}
    fields: Fields = {
        "permit": CHARS(),
        "name": CHARS(),
        "bureau": CHARS(),
        "routes": inline_serializer("StandardRoute", route | _origin(), many=True),
        "laws": inline_serializer("StandardLaw", law, many=True),
    }
    return inline_serializer("StandardPermit", fields, many=True)


STANDARDS = inline_serializer(
    "Standards",
    {
        "on": serializers.DateField(),
        "district": CHARS(allow_null=True),
        "rules_version": CHARS(),
        "calendar_version": CHARS(),
        "from": serializers.DateField(),
        "until": serializers.DateField(allow_null=True),
        "kinds": _kinds(),
        "three_zero": StandardValue(many=True),
        "permits": _permits(),
        "joint_limits": StandardValue(many=True),
        "history": StandardValue(many=True),
        "not_adopted": StandardValue(many=True),
        "hotlines": Hotline(many=True),
    },
)


def _figures() -> Any:
    counts = ("customers", "outages", "excluded_by_policy", "still_off", "districts_without_data")
    fields: Fields = {
        "district": CHARS(allow_null=True),
        "area_class": CHARS(),
        "level": CHARS(),
        "covered_until": serializers.DateField(allow_null=True),
        "by_plan": ReliabilityIndices(),
        "all": ReliabilityIndices(),
        "limit_hours": NUMBER(allow_null=True),
        "clause": CHARS(allow_null=True),
        "fall": NUMBER(allow_null=True),
        "met": serializers.BooleanField(allow_null=True),
    }
    fields |= {name: serializers.IntegerField(allow_null=True) for name in counts}
    return inline_serializer("ReliabilityFigure", fields, many=True)


FIGURES = inline_serializer(
    "Reliability",
    {
        "year": serializers.IntegerField(allow_null=True),
        "years": serializers.ListField(child=serializers.IntegerField()),
        "figures": _figures(),
        "published": PublicationStand(allow_null=True),
        "empty": CHARS(allow_null=True),
        "hotlines": Hotline(many=True),
    },
)
