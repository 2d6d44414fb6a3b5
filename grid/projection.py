"""Gauss-Krüger at 105°E on the ellipsoid of CGCS2000 (EPSG:4544): from degrees to metres.

Kawase's form of Krüger's series (Karney 2011, to the fourth power of the third flattening), exact
to well below a millimetre within the zone.
"""

import cmath
from math import atan2, atanh, cos, radians, sin, sinh, sqrt
from typing import Final

#: Semi-major axis in metres, and flattening, of CGCS2000.
AXIS: Final = 6_378_137.0
FLATTENING: Final = 1 / 298.257222101
MERIDIAN: Final = 105.0
#: So far from the meridian a zone of three degrees reaches.
HALF_ZONE: Final = 1.5
FALSE_EASTING: Final = 500_000.0

_N: Final = FLATTENING / (2 - FLATTENING)
_RADIUS: Final = AXIS / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_ALPHA: Final = (
    _N / 2 - 2 / 3 * _N**2 + 5 / 16 * _N**3 + 41 / 180 * _N**4,
    13 / 48 * _N**2 - 3 / 5 * _N**3 + 557 / 1440 * _N**4,
    61 / 240 * _N**3 - 103 / 140 * _N**4,
    49561 / 161280 * _N**4,
)
_E: Final = 2 * sqrt(_N) / (1 + _N)


def projected(longitude: float, latitude: float) -> tuple[float, float]:
    """East and north in metres, of degrees."""
    phi, lam = radians(latitude), radians(longitude - MERIDIAN)
    t = sinh(atanh(sin(phi)) - _E * atanh(_E * sin(phi)))
    zeta = complex(atan2(t, cos(lam)), atanh(sin(lam) / sqrt(1 + t * t)))
    # Clenshaw's sum of the series alpha[k] * sin(2 * k * zeta).
    twice, after, last = 2 * cmath.cos(2 * zeta), 0j, 0j
    for alpha in reversed(_ALPHA):
        last, after = alpha + twice * last - after, last
    zeta += last * cmath.sin(2 * zeta)
    return FALSE_EASTING + _RADIUS * zeta.imag, _RADIUS * zeta.real
