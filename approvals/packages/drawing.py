"""The plan of a route, as the numbers of an SVG: what was imported, and no street map under it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from approvals.packages.route import Point, metres_a_degree

#: Units of the picture: as wide as it is drawn, no higher than this, with a margin for the marks,
#: and below it a strip for the scale bar and the arrow, in which no route is drawn.
WIDE: Final = 640
HIGH: Final = 420
MARGIN: Final = 24
STRIP: Final = 48
#: Steps of a scale bar, and how much of the width it may take.
STEPS: Final = (1, 2, 5)
BAR: Final = 0.3


@dataclass(frozen=True, slots=True)
class Drawing:
    """`points` are those of the polyline; `bar` is as long as `bar_m` metres."""

    width: int
    height: int
    points: str
    marks: list[tuple[float, float]]
    bar: float
    bar_m: int

    @property
    def first(self) -> tuple[float, float]:
        return self.marks[0]

    @property
    def last(self) -> tuple[float, float]:
        return self.marks[-1]


def drawn(route: Sequence[Point]) -> Drawing | None:
    """None without points. North is up, and a metre is as long to the east as to the north."""
    if not route:
        return None
    west, east = min(lon for lon, _lat in route), max(lon for lon, _lat in route)
    south, north = min(lat for _lon, lat in route), max(lat for _lon, lat in route)
    metres_east, metres_north = metres_a_degree((south + north) / 2)
    wide, high = (east - west) * metres_east, (north - south) * metres_north
    inner = WIDE - 2 * MARGIN, HIGH - 2 * MARGIN - STRIP
    scale = min(size / max(metres, 1.0) for size, metres in zip(inner, (wide, high), strict=True))
    upper = round(max(high * scale, 2 * MARGIN)) + 2 * MARGIN
    left = (WIDE - wide * scale) / 2
    top = (upper - high * scale) / 2
    marks = [
        (
            round(left + (lon - west) * metres_east * scale, 1),
            round(top + (north - lat) * metres_north * scale, 1),
        )
        for lon, lat in route
    ]
    bar_m = _round_below(inner[0] * BAR / scale)
    return Drawing(
        width=WIDE,
        height=upper + STRIP,
        points=" ".join(f"{x},{y}" for x, y in marks),
        marks=marks,
        bar=round(bar_m * scale, 1),
        bar_m=bar_m,
    )


def _round_below(metres: float) -> int:
    """The longest of 1, 2, 5, 10, 20, 50 … that fits."""
    most = max(metres, 1.0)
    power = int(10.0 ** math.floor(math.log10(most)))
    return max(step * power for step in STEPS if step * power <= most)
