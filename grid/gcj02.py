"""What the datum of Chinese street maps (GCJ-02) makes of a position, by the published formula.

Nothing is stored or drawn in it. It serves to notice positions that were taken from such a map and
are called WGS 84: they lie some hundred metres beside what is known of the same thing.
"""

from math import cos, pi, radians, sin, sqrt
from typing import Final

AXIS: Final = 6_378_245.0
ECCENTRICITY: Final = 0.00669342162296594323


def shifted(longitude: float, latitude: float) -> tuple[float, float]:
    """Where a street map of China draws a position, in its degrees."""
    x, y = longitude - 105.0, latitude - 35.0
    waves = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = (
        -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
        + (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
        + (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    )  # fmt: skip
    east = (
        300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
        + (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
        + (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    )  # fmt: skip
    phi = radians(latitude)
    magic = 1 - ECCENTRICITY * sin(phi) ** 2
    north = north * 180 / (AXIS * (1 - ECCENTRICITY) / (magic * sqrt(magic)) * pi)
    east = east * 180 / (AXIS / sqrt(magic) * cos(phi) * pi)
    return longitude + east, latitude + north
