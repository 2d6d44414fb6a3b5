"""Where something was seen: its street by which reports and outages are compared, and a point."""

import re
from collections.abc import Iterable
from decimal import Decimal
from math import hypot
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError as Misplaced
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.addresses import without
from core.bodies import LeftOut
from core.reading import canonical, decimal_number
from core.street import street_of
from grid.geometry import check_in_china
from grid.projection import projected
from rules.city import city

if TYPE_CHECKING:
    from reliability.reports.models import Report

#: About a tenth of a metre.
PLACES: Final = Decimal("0.000001")
STREET_MAX: Final = 60
#: Whatever has fewer characters names no street.
SHORTEST: Final = 2
#: What stands between the streets and villages of an outage.
BETWEEN: Final = re.compile(r"[\s,，;；、/]+")


class DegreesField(LeftOut, serializers.DecimalField):
    """A longitude or a latitude in degrees, as JSON number or text."""

    default_error_messages = {"invalid": _("A position is longitude and latitude in degrees.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_digits=None, decimal_places=None, allow_null=True, default=None, **kwargs
        )

    def to_internal_value(self, data: Any) -> Decimal:
        number = decimal_number(str(data)) if isinstance(data, str | int | float) else None
        if number is None or isinstance(data, bool) or not abs(number) <= 180:
            self.fail("invalid")
        return number.quantize(PLACES)


def misplaced(longitude: Decimal, latitude: Decimal) -> str:
    """Why a point cannot be right; empty where it can."""
    try:
        check_in_china(float(longitude), float(latitude))
    except Misplaced as refused:
        return str(refused.message)
    return ""


def street_in(place: str, district: str) -> str:
    """The street of a place in words, without the names of the city and district before it; empty
    where none is said."""
    text = canonical(place).casefold().strip()
    for names in city().names_before(district):
        text = without(text, [name.casefold() for name in names])
    street = street_of(text).rstrip("-,，。 ")[:STREET_MAX]
    return street if len(street) >= SHORTEST else ""


def is_in(street: str, area: str) -> bool:
    """Whether a street is one of those of an area, such as that of an outage."""
    named = (name.casefold() for name in BETWEEN.split(canonical(area)) if len(name) >= SHORTEST)
    return bool(street) and any(street in name or name in street for name in named)


def metres_between(one: "Report", other: "Report") -> float | None:
    """None where a point of them is not known."""
    if one.longitude is None or other.longitude is None:
        return None
    (east, north), (there_east, there_north) = map(_metres, (one, other))
    return hypot(there_east - east, there_north - north)


def _metres(report: "Report") -> tuple[float, float]:
    return projected(float(report.longitude or 0), float(report.latitude or 0))


def nearest_first(found: Iterable["Report"], to: "Report") -> list["Report"]:
    """Those whose place is not known last."""
    return sorted(found, key=lambda each: metres_between(each, to) or float("inf"))
