"""Kinds of values in what programs are told."""

from functools import cache, partial
from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

#: As it was read, to the microsecond and with its own offset: the renderer writes it.
Instant = partial(serializers.DateTimeField, format=None)
Day = partial(serializers.DateField, format=None)
MaybeInstant = partial(Instant, allow_null=True)
MaybeDay = partial(Day, allow_null=True)
Count = partial(serializers.IntegerField, min_value=0)
#: A sum of money or a quantity, as text: no program rounds it by accident.
Exact = partial(
    serializers.DecimalField, max_digits=None, decimal_places=None, coerce_to_string=True
)


class MaybeText(serializers.CharField):
    """Words; an empty text is null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: Any) -> Any:
        return value or None


class MaybeChoice(serializers.ChoiceField):
    """One of some codes; an empty text is null."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices, allow_null=True, **kwargs)

    def to_representation(self, value: Any) -> Any:
        return value or None


@cache
def page_of(row: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """Return the shape of one page of a cursor list (`core.paging.CursorPages`)."""
    link = partial(serializers.URLField, allow_null=True)
    fields: dict[str, Any] = {"results": row(many=True), "next": link(), "previous": link()}
    return inline_serializer(f"{row.__name__}Page", fields)
