"""What the sample of a public grid must be, whatever it was made from (docs/grid-sample.md)."""

import json
import re
from collections import Counter
from math import cos, hypot, radians, sin, sqrt

import pytest

from tools.grid_sample import files
from tools.grid_sample.places import FROM, NORTH_EAST, SEATS, SOUTH_WEST, TO, Place, cell, moved

Rows = list[dict[str, str]]
WKT = re.compile(r"(POINT|LINESTRING) \((\S+ \S+(?:, \S+ \S+)*)\)")


@pytest.fixture(scope="module")
def elements() -> Rows:
    return list(files.rows(files.ELEMENTS))


def places(row: dict[str, str]) -> list[Place]:
    found = WKT.fullmatch(row["geometry"])
    assert found
    assert (found[1] == "LINESTRING") == (row["kind"] == "line")
    return [Place(*map(float, each.split())) for each in found[2].split(", ")]


def in_zigong(place: Place) -> bool:
    return (
        SOUTH_WEST.longitude < place.longitude < NORTH_EAST.longitude
        and SOUTH_WEST.latitude < place.latitude < NORTH_EAST.latitude
    )


def test_elements_form_one_tree_below_each_substation(elements: Rows) -> None:
    assert tuple(elements[0]) == files.ELEMENT_COLUMNS
    assert Counter(row["kind"] for row in elements) == {
        "substation": 8,
        "transformer": 16,
        "bus": 29,
        "line": 31_321,
        "public_transformer": 412,
    }
    # What feeds another stands before it: every feeder exists and nothing feeds itself.
    kinds = {"": ""}
    feeds = Counter[tuple[str, str]]()
    for row in elements:
        assert row["code"] not in kinds
        feeds[kinds[row["fed_from"]], row["kind"]] += 1
        kinds[row["code"]] = row["kind"]
    assert set(feeds) == {
        ("", "substation"),
        ("substation", "transformer"),
        ("transformer", "bus"),
        ("bus", "bus"),
        ("bus", "line"),
        ("line", "line"),
        ("line", "bus"),
        ("line", "public_transformer"),
        ("public_transformer", "line"),
        ("", "line"),
    }


def test_figures_are_positive_or_unknown_and_add_up(elements: Rows) -> None:
    by_code = {row["code"]: row for row in elements}
    beneath = Counter[str]()
    for row in elements:
        assert float(row["rating_kva"]) > 0
        # A line of 110 kV is meshed: what it carries is unknown.
        assert (row["max_load_kva"] == "") == (row["voltage_kv"] == "110" and row["kind"] == "line")
        assert float(row["max_load_kva"] or 0) <= float(row["rating_kva"])
        assert (row["committed_kva"], row["generation_limit_kva"]) == ("0", "")
        assert row["source"].endswith(
            "moved to Zigong, not a grid of this city; committed: not in the source"
        )
        if row["kind"] == "transformer":
            beneath[row["fed_from"]] += round(float(row["max_load_kva"]))
    # All loads have one power factor, so that apparent power adds up.
    for substation, kva in beneath.items():
        assert kva == pytest.approx(float(by_code[substation]["max_load_kva"]), rel=1e-3)


def test_every_element_lies_in_the_city_where_it_says(elements: Rows) -> None:
    assert {row["datum"] for row in elements} == {"wgs84"}
    assert {row["district"] for row in elements} == set(SEATS)
    areas = json.loads(files.AREAS.read_text())["features"]
    cells = {area["properties"]["code"] for area in areas}
    assert len(cells) == len(areas) == 20
    for row in elements:
        found = places(row)
        assert len(set(found)) == len(found) == (2 if row["kind"] == "line" else 1)
        assert all(map(in_zigong, found))
        if row["kind"] != "line":
            assert cell(found[0]).code in cells
    for area in areas:
        ring = area["geometry"]["coordinates"][0]
        assert ring[0] == ring[-1]
        assert all(in_zigong(Place(*corner)) for corner in ring)


def test_points_hang_at_public_transformers_or_at_lines_of_medium_voltage(elements: Rows) -> None:
    by_code = {row["code"]: row for row in elements}
    points = list(files.rows(files.POINTS))
    assert tuple(points[0]) == files.POINT_COLUMNS
    assert len({row["code"] for row in points}) == len(points)
    at = Counter((row["voltage"], by_code[row["transformer"]]["kind"]) for row in points)
    assert at == {("low", "public_transformer"): 32_511, ("high", "line"): 52}
    assert {row["class"] for row in points} == {"urban", "town", "rural"}
    assert {row["district"] for row in points} <= set(SEATS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (FROM, Place(FROM.longitude + 0.5, FROM.latitude)),
        (FROM, Place(FROM.longitude, FROM.latitude - 0.3)),
        (Place(11.06, 53.5), Place(11.84, 53.41)),
        (Place(11.37, 53.65), Place(11.371, 53.651)),
    ],
)
def test_moving_keeps_lengths_and_north(one: Place, other: Place) -> None:
    assert moved(FROM) == TO
    before, after = _metres(one, other), _metres(moved(one), moved(other))
    assert hypot(*after) == pytest.approx(hypot(*before), rel=0.01)
    # The turn of a direction, as a part of the length.
    assert after == pytest.approx(before, abs=0.015 * hypot(*before))


def _metres(one: Place, other: Place) -> tuple[float, float]:
    """East and north from one place to another on the ellipsoid of WGS 84, by mid-latitude."""
    latitude = radians((one.latitude + other.latitude) / 2)
    axis, eccentricity = 6_378_137, 0.00669438
    root = sqrt(1 - eccentricity * sin(latitude) ** 2)
    east = radians(other.longitude - one.longitude) * cos(latitude) * axis / root
    north = radians(other.latitude - one.latitude) * axis * (1 - eccentricity) / root**3
    return east, north
