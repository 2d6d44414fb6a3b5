"""What somebody follows, in words."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.answers import Instant
from grid.models import Element
from reliability.following.models import Following, Scope
from rules.city import city


def rows_of(followed: Iterable[Following]) -> list[dict[str, Any]]:
    """Each with its words; one statement for the elements of all."""
    found = list(followed)
    codes = [one.value for one in found if one.scope == Scope.ELEMENT]
    elements = Element.objects.select_related("row").filter(code__in=codes) if codes else ()
    names = {one.code: one.row.name for one in elements if one.row}
    return [{"id": one.pk, "words": words_of(one, names), "one": one} for one in found]


def words_of(one: Following, names: dict[str, str]) -> str:
    if one.scope == Scope.CITY:
        return _("The whole city")
    if one.scope == Scope.ELEMENT:
        return _("Your line or transformer: %(name)s") % {"name": names.get(one.value, one.value)}
    district, _space, street = one.value.partition(" ")
    name = str(city().district(district).name)
    return f"{name} · {street}" if street else name


class FollowingAnswer(serializers.Serializer[Any]):
    """One thing that is followed."""

    id = serializers.IntegerField(source="one.pk")
    scope = serializers.ChoiceField(source="one.scope", choices=Scope.choices)
    words = serializers.CharField(help_text="in the reader's language")
    since = Instant(source="one.created_at")
