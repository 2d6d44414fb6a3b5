"""What somebody says who wants word of outages."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.bodies import Body, NumberedField, WordsField, refuse
from grid.points.models import POINT_MAX, ConnectionPoint, EnergisedPoint
from reliability.following.models import Scope
from reliability.following.queries import street_value
from rules.city import city

STREET_MAX = 100


class NewFollowing(Body):
    """`value` comes of it: what is followed, by its code."""

    scope = serializers.ChoiceField(label=_("What do you want word of?"), choices=Scope.choices)
    district = serializers.ChoiceField(
        [(code, lazystr(words)) for code, words in city().district_choices],
        label=_("District"),
        required=False,
        allow_blank=True,
        default="",
        help_text=_("Of a district or a street."),
    )
    street = WordsField(
        label=_("Street or village"),
        required=False,
        one_line=True,
        max_length=STREET_MAX,
        help_text=_("As it stands in the address, without the number of the house."),
    )
    customer_number = NumberedField(
        label=_("Customer number"),
        required=False,
        max_length=POINT_MAX,
        help_text=_("It stands on the bill and on the meter. It is not kept."),
    )

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        scope = Scope(said["scope"])
        return {"scope": scope, "value": VALUES[scope](said)}


def _city(_said: Mapping[str, Any]) -> str:
    return ""


def _district(said: Mapping[str, Any]) -> str:
    if not said["district"]:
        raise refuse("district", _("Choose one of the districts of the city."))
    return str(said["district"])


def _street(said: Mapping[str, Any]) -> str:
    district = _district(said)
    known = ConnectionPoint.objects.standing().filter(district=district, area=said["street"])
    if not said["street"] or not known.exists():
        raise refuse(
            "street",
            _("No street or village of this name is known there. Look at how it is spelt."),
        )
    return street_value(district, said["street"])


def _element(said: Mapping[str, Any]) -> str:
    code = said["customer_number"]
    point = ConnectionPoint.objects.standing().filter(code=code).values_list("element", flat=True)
    fresh = EnergisedPoint.objects.filter(code=code, element__isnull=False)
    found = point.first() or fresh.values_list("element__code", flat=True).first()
    if not code or not found:
        raise refuse("customer_number", _("Nobody is connected under this number."))
    return str(found)


VALUES: Final[Mapping[Scope, Callable[[Mapping[str, Any]], str]]] = {
    Scope.CITY: _city,
    Scope.DISTRICT: _district,
    Scope.STREET: _street,
    Scope.ELEMENT: _element,
}
