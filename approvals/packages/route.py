"""The route of a line as it is imported: a list of points, or a LineString of GeoJSON."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.drainage import set_override
from rest_framework import serializers

from core.bodies import LeftOut
from core.problems import Text
from core.reading import decimal_number
from rules.limits import Quota, limits

Point = list[float]
#: About a centimetre.
PLACES: Final = 7
#: The ellipsoid of CGCS2000 (GB 22021): its semi-major axis in metres, and its flattening.
AXIS: Final = 6_378_137.0
FLATTENING: Final = 1 / 298.257222101
SQUARED: Final = FLATTENING * (2 - FLATTENING)
BETWEEN: Final = re.compile(r"[\s,，;；、]+")
SHAPE: Final[Mapping[str, Any]] = {
    "description": "pairs of longitude and latitude in degrees (CGCS2000), or a GeoJSON LineString",
    "oneOf": [
        {
            "type": "array",
            "items": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3},
        },
        {"type": "object"},
        {"type": "string"},
    ],
}


class RouteField(LeftOut, serializers.Field[list[Point], Any, Any, Any]):
    """A route, or an empty list. Text is GeoJSON or one point a line: longitude, then latitude."""

    default_error_messages = {
        "invalid": _("This is no list of points and no LineString of GeoJSON."),
        "pair": _("Point %(number)d: a longitude and a latitude in degrees are needed."),
        "place": _(
            "Point %(number)d is not on the earth: longitude first, then latitude, in degrees."
        ),
        "few": _("A route has two points or more."),
        "many": _("A route has at most %(most)d points."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, default=list, **kwargs)
        set_override(self, "field", dict(SHAPE))

    def to_internal_value(self, data: Any) -> list[Point]:
        pairs = self._pairs(data)
        most = limits().quotas[Quota.ROUTE_POINTS]
        if len(pairs) > most:
            raise serializers.ValidationError(str(self.error_messages["many"]) % {"most": most})
        points = [self._point(number, pair) for number, pair in enumerate(pairs, 1)]
        # A point that is written twice in a row is one.
        route = points[:1] + [after for before, after in pairwise(points) if before != after]
        if len(route) == 1:
            self.fail("few")
        return route

    def _pairs(self, data: Any) -> list[Any]:
        if data is None:
            return []
        if isinstance(data, str):
            data = self._read(data.strip().removeprefix("\ufeff"))
        if isinstance(data, Mapping):
            data = line_of(data)
        if not isinstance(data, list | tuple):
            self.fail("invalid")
        return list(data)

    def _read(self, text: str) -> Any:
        if not text.startswith(("{", "[")):
            lines = (line.strip() for line in text.splitlines())
            return [BETWEEN.split(line.strip(",，;；")) for line in lines if line]
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            self.fail("invalid")

    def _point(self, number: int, pair: Any) -> Point:
        values = [_degrees(value) for value in pair] if isinstance(pair, list | tuple) else []
        # A third one is a height, which is not drawn.
        if len(values) not in (2, 3) or None in values:
            self._refuse("pair", number)
        longitude, latitude = (float(value or 0) for value in values[:2])
        if not (abs(longitude) <= 180 and abs(latitude) <= 90):
            self._refuse("place", number)
        return [round(longitude, PLACES), round(latitude, PLACES)]

    def _refuse(self, key: str, number: int) -> None:
        text: Text = self.error_messages[key]
        raise serializers.ValidationError(str(text) % {"number": number})

    def to_representation(self, value: list[Point]) -> list[Point]:
        return value


def line_of(data: Mapping[str, Any]) -> Any:
    """The coordinates of a GeoJSON object that is one line (RFC 7946); None for any other."""
    found: Any = data
    for _depth in range(3):
        if not isinstance(found, Mapping) or found.get("type") == "LineString":
            break
        features = found.get("features")
        one = isinstance(features, list) and len(features) == 1
        found = features[0] if one else found.get("geometry")  # type: ignore[index]
    line = isinstance(found, Mapping) and found.get("type") == "LineString"
    return found.get("coordinates") if line else None


def _degrees(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    number = decimal_number(str(value)) if isinstance(value, str) else Decimal(str(value))
    return number if number is not None and number.is_finite() else None


def length_of(route: Sequence[Point]) -> Decimal:
    """Metres on the ellipsoid, to a tenth. Exact enough for what is shorter than a city."""
    metres = sum(math.hypot(east, north) for east, north in _legs(route))
    return Decimal(str(round(metres, 1)))


def _legs(route: Sequence[Point]) -> Iterator[tuple[float, float]]:
    for (west, south), (east, north) in pairwise(route):
        metres_east, metres_north = metres_a_degree((south + north) / 2)
        yield (east - west) * metres_east, (north - south) * metres_north


def metres_a_degree(latitude: float) -> tuple[float, float]:
    """To the east and to the north, at a latitude."""
    angle = math.radians(latitude)
    curved = 1 - SQUARED * math.sin(angle) ** 2
    east = math.radians(1) * AXIS * math.cos(angle) / math.sqrt(curved)
    north = math.radians(1) * AXIS * (1 - SQUARED) / curved**1.5
    return east, north
