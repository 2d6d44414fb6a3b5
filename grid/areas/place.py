"""Where an element lies for the map: its point, or halfway along its line, in metres."""

from itertools import pairwise
from math import hypot
from typing import Any

from django.db import models

from grid.geometry import Geometry, Point


class PointField(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's own `point`, as text."""

    def db_type(self, connection: Any) -> str:
        return "point"


def middle_of(geometry: Geometry) -> str:
    """PostgreSQL's `point` for it."""
    east, north = _halfway(geometry.metres, geometry.length_m / 2)
    return f"({east:.3f},{north:.3f})"


def _halfway(points: list[Point], left: float) -> Point:
    """So many metres along a line from its beginning."""
    for (x, y), (to_x, to_y) in pairwise(points):
        step = hypot(to_x - x, to_y - y)
        if step >= left > 0:
            return x + (to_x - x) * left / step, y + (to_y - y) * left / step
        left -= step
    return points[0]
