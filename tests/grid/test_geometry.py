"""Where things of the grid lie: read, refused, and projected to metres."""

from math import hypot

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from grid.gcj02 import shifted
from grid.geometry import read
from grid.projection import projected

SWAPPED = "Longitude and latitude are swapped: the longitude comes first."
ABROAD = "Does not lie in China."
NO_POSITION = "A position is longitude and latitude in degrees."
NO_GEOMETRY = (
    "Is not a geometry such as POINT (104.77 29.35) or LINESTRING (104.77 29.35, 104.78 29.36)."
)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("POINT (29.35 104.77)", SWAPPED),
        ("LINESTRING (104.77 29.35, 29.36 104.78)", SWAPPED),
        ("POINT (8.54 47.37)", ABROAD),
        ("POINT (0 0)", ABROAD),
        ("POINT (-104.77 29.35)", ABROAD),
        ("POINT (116.4 39.9)", "Lies outside of the zone of 105°E, from 103.5° to 106.5°."),
        ("POINT (106.51 29.35)", "Lies outside of the zone of 105°E, from 103.5° to 106.5°."),
        ("POINT (nan 29.35)", NO_POSITION),
        ("POINT (477664.93 3248084.83)", NO_POSITION),
        ("POINT (104.77 29.35 320)", NO_POSITION),
        ("POINT (104.77)", NO_POSITION),
        ("POINT EMPTY", NO_GEOMETRY),
        ("104.77, 29.35", NO_GEOMETRY),
        ("MULTIPOINT (104.77 29.35)", NO_GEOMETRY),
        ("POINT (104.77 29.35, 104.78 29.36)", "A point has one position."),
        (
            "LINESTRING (104.77 29.35, 104.77 29.35)",
            "A line has two different positions at least.",
        ),
        (
            "POLYGON ((104.77 29.35, 104.78 29.35, 104.78 29.36))",
            "An area has three positions at least and ends where it begins.",
        ),
        (
            f"LINESTRING ({', '.join(f'104.77 {29 + n / 10000:.4f}' for n in range(5001))})",
            "Has more than 5,000 points.",
        ),
    ],
)
def test_mistakes_of_place_are_refused_and_never_mended(text: str, why: str) -> None:
    with pytest.raises(ValidationError) as refused, override("en"):
        read(text)
    with override("en"):
        assert refused.value.messages == [why]


@pytest.mark.parametrize(
    ("text", "wkt"),
    [
        (" point(104.770 29.35)", "POINT (104.77 29.35)"),
        ("LineString ( 104.77 29.35,104.78\n29.36 )", "LINESTRING (104.77 29.35, 104.78 29.36)"),
        (
            "POLYGON ((104.7 29.3, 104.8 29.3, 104.8 29.4, 104.7 29.3))",
            "POLYGON ((104.7 29.3, 104.8 29.3, 104.8 29.4, 104.7 29.3))",
        ),
    ],
)
def test_one_place_has_one_spelling(text: str, wkt: str) -> None:
    assert read(text).wkt == read(wkt).wkt == wkt


@pytest.mark.parametrize(
    ("degrees", "metres"),
    [
        ((104.77, 29.35), (477664.9333, 3248084.8275)),
        ((105.0, 30.0), (500000.0, 3320113.3978)),
        ((106.5, 29.0), (646167.2755, 3210197.0578)),
    ],
)
def test_degrees_are_projected_as_by_proj(
    degrees: tuple[float, float], metres: tuple[float, float]
) -> None:
    """As pyproj 3.7 has them in EPSG:4544."""
    assert projected(*degrees) == pytest.approx(metres, abs=0.0005)


def test_a_line_is_as_long_as_its_pieces_and_kept_in_metres() -> None:
    line = read("LINESTRING (104.77 29.35, 104.78 29.35, 104.78 29.36)")
    (ax, ay), (bx, by), (cx, cy) = line.metres
    assert line.length_m == pytest.approx(hypot(bx - ax, by - ay) + hypot(cx - bx, cy - by))
    assert 2070 < line.length_m < 2090
    assert line.path.startswith("[(477664.933,3248084.82")
    assert read("POINT (105 30)").path == "((500000.000,3320113.398))"


def test_a_street_map_draws_positions_where_the_published_formula_says() -> None:
    assert shifted(116.404, 39.915) == pytest.approx((116.41024449917, 39.91640428150), abs=1e-9)
