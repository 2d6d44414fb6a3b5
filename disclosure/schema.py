"""The shapes of the public answers, for the OpenAPI description."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from grid.models import Kind
from grid.tables import Table, table_of

CHARS, NUMBER = serializers.CharField, serializers.FloatField


def hotlines() -> Any:
    """The hotlines that go with every answer."""
    fields = {"number": CHARS(), "name": CHARS()}
    return inline_serializer("Hotline", fields, many=True)


def _stand() -> Any:
    fields = {
        "number": serializers.IntegerField(),
        "published_at": serializers.DateTimeField(),
        "source": CHARS(),
    }
    return inline_serializer("PublicationStand", fields, allow_null=True)


_FIELDS: dict[str, type[serializers.Field]] = {  # type: ignore[type-arg]
    "number": NUMBER,
    "day": serializers.DateField,
    "minute": serializers.DateTimeField,
    "flag": serializers.BooleanField,
}


def table_schema(kind: Kind) -> Any:
    """The answer of a published table: a cursor list with where the table stands."""
    table = table_of(kind.value)
    fields: dict[str, Any] = {
        "results": _row(table),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "published": _stand(),
        "empty": CHARS(allow_null=True),
        "hotlines": hotlines(),
    }
    if kind is Kind.FEES:
        fields["free_kinds"] = serializers.ListField(child=CHARS())
    return inline_serializer(f"Published{kind.value.title()}", fields)


def _row(table: Table) -> Any:
    fields: dict[str, Any] = {
        c.name: _FIELDS.get(c.kind, CHARS)(allow_null=not c.required) for c in table.columns
    }
    if table.announced:
        fields[table.announced] = serializers.DateTimeField()
    fields["publication"] = serializers.IntegerField()
    return inline_serializer(f"{table.kind.value.title()}Row", fields, many=True)


def _said() -> dict[str, Any]:
    return {
        "key": CHARS(), "name": CHARS(), "value": CHARS(),
        "from": serializers.DateField(), "until": serializers.DateField(allow_null=True),
        "clause": CHARS(), "source": CHARS(), "source_url": CHARS(), "trust": CHARS(),
        "reading": serializers.BooleanField(), "note": CHARS(),
    }  # fmt: skip


def _saids() -> Any:
    return inline_serializer("StandardValue", _said(), many=True)


def _kinds() -> Any:
    limit = {
        "days": serializers.IntegerField(), "measure": CHARS(), "statistic": CHARS(),
        "clause": CHARS(), "source": CHARS(), "trust": CHARS(),
        "from": serializers.DateField(), "until": serializers.DateField(allow_null=True),
    }  # fmt: skip
    document = {"requirement": CHARS(), "name": CHARS(), "stage": CHARS(), "clause": CHARS()}
    fields = {
        "kind": CHARS(),
        "name": CHARS(),
        "limit": inline_serializer("StandardLimit", limit),
        "steps": serializers.ListField(child=CHARS()),
        "documents": inline_serializer("StandardDocument", document, many=True),
    }
    return inline_serializer("StandardKind", fields, many=True)


def _permits() -> Any:
    route = {
        "route": CHARS(), "condition": CHARS(),
        "limit_days": serializers.IntegerField(allow_null=True),
        "clause": CHARS(), "trust": CHARS(),
    }  # fmt: skip
    law = {"clause": CHARS(), "subject": CHARS(), "url": CHARS()}
    fields = {
        "permit": CHARS(),
        "name": CHARS(),
        "bureau": CHARS(),
        "routes": inline_serializer("StandardRoute", route, many=True),
        "laws": inline_serializer("StandardLaw", law, many=True),
    }
    return inline_serializer("StandardPermit", fields, many=True)


STANDARDS = inline_serializer(
    "Standards",
    {
        "on": serializers.DateField(),
        "district": CHARS(allow_null=True),
        "rules_version": CHARS(),
        "from": serializers.DateField(),
        "until": serializers.DateField(allow_null=True),
        "kinds": _kinds(),
        "three_zero": _saids(),
        "permits": _permits(),
        "joint_limits": _saids(),
        "history": _saids(),
        "not_adopted": _saids(),
        "hotlines": hotlines(),
    },
)


def _indices(name: str) -> Any:
    names = ("saidi_hours", "saifi", "caidi_hours", "asai")
    return inline_serializer(name, {each: NUMBER(allow_null=True) for each in names})


def _figures() -> Any:
    counts = ("customers", "outages", "excluded_by_policy", "still_off")
    fields: dict[str, Any] = {
        "district": CHARS(allow_null=True),
        "area_class": CHARS(),
        "level": CHARS(),
        "covered_until": serializers.DateField(allow_null=True),
        "by_plan": _indices("ReliabilityIndices"),
        "all": _indices("ReliabilityIndices"),
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
        "published": _stand(),
        "empty": CHARS(allow_null=True),
        "hotlines": hotlines(),
    },
)
