"""Where a thing of the grid lies: WKT in degrees, longitude first, and its metres in PostgreSQL.

A geometry says in which datum it is. Mistakes of place are refused and never mended: whoever swaps
longitude and latitude once has more such rows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import hypot
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from grid.projection import HALF_ZONE, MERIDIAN, projected

Point = tuple[float, float]
POINT, LINE, AREA = "POINT", "LINESTRING", "POLYGON"
WKT: Final = re.compile(r"(POINT|LINESTRING|POLYGON)\s*\(\s*(.+?)\s*\)", re.ASCII | re.IGNORECASE)
NUMBER: Final = r"(-?\d{1,3}(?:\.\d{1,15})?)"
POSITION: Final = re.compile(rf" ?{NUMBER} {NUMBER} ?", re.ASCII)
#: China, in whole degrees: longitude and latitude cannot be taken for each other in it.
LONGITUDES, LATITUDES = (73, 136), (3, 54)
MOST_POINTS: Final = 5_000


@dataclass(frozen=True)
class Geometry:
    """A point, a line or an area (its outer ring, closed), in degrees."""

    form: str
    degrees: Sequence[Point]

    @property
    def wkt(self) -> str:
        inner = ", ".join(f"{x:.9g} {y:.9g}" for x, y in self.degrees)
        return f"{self.form} (({inner}))" if self.form == AREA else f"{self.form} ({inner})"

    @cached_property
    def metres(self) -> list[Point]:
        return [projected(*degrees) for degrees in self.degrees]

    @property
    def path(self) -> str:
        """PostgreSQL's `path`: closed round a point or an area, open along a line."""
        points = ",".join(f"({x:.3f},{y:.3f})" for x, y in self.metres)
        return f"[{points}]" if self.form == LINE else f"({points})"

    @property
    def length_m(self) -> float:
        return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(self.metres))


def read(text: str) -> Geometry:
    """The geometry that a text is.

    Raises:
        ValidationError: no geometry, swapped, outside of the zone, or with too few points.
    """
    found = WKT.fullmatch(" ".join(text.split()))
    if found is None:
        raise ValidationError(
            _(
                "Is not a geometry such as POINT (104.77 29.35) or "
                "LINESTRING (104.77 29.35, 104.78 29.36)."
            )
        )
    form, inner = found[1].upper(), found[2]
    if form == AREA:
        inner = inner.removeprefix("(").strip()
    degrees = [_position(words) for words in inner.rstrip(") ").split(",")]
    if len(degrees) > MOST_POINTS:
        raise ValidationError(_("Has more than 5,000 points."))
    if form == POINT and len(degrees) != 1:
        raise ValidationError(_("A point has one position."))
    if form == LINE and len(set(degrees)) < 2:
        raise ValidationError(_("A line has two different positions at least."))
    if form == AREA and (len(set(degrees)) < 3 or degrees[0] != degrees[-1]):
        raise ValidationError(_("An area has three positions at least and ends where it begins."))
    return Geometry(form, degrees)


def _position(words: str) -> Point:
    found = POSITION.fullmatch(words)
    if found is None:
        raise ValidationError(_("A position is longitude and latitude in degrees."))
    longitude, latitude = float(found[1]), float(found[2])
    check_in_china(longitude, latitude)
    if abs(longitude - MERIDIAN) > HALF_ZONE:
        raise ValidationError(_("Lies outside of the zone of 105°E, from 103.5° to 106.5°."))
    return longitude, latitude


def check_in_china(longitude: float, latitude: float) -> None:
    """Raises ValidationError: swapped, or elsewhere."""
    if _within(latitude, LONGITUDES) and _within(longitude, LATITUDES):
        raise ValidationError(_("Longitude and latitude are swapped: the longitude comes first."))
    if not (_within(longitude, LONGITUDES) and _within(latitude, LATITUDES)):
        raise ValidationError(_("Does not lie in China."))


def _within(value: float, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= value <= bounds[1]


class PathField(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's own `path`, as text; distances to it are metres."""

    def db_type(self, connection: Any) -> str:
        return "path"
