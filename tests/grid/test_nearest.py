"""What the index finds nearest, held against measuring every element."""

import random
from itertools import pairwise
from math import hypot, inf
from typing import Final

import pytest

from accounts.models import User
from grid.geometry import Point, read
from grid.models import ElementRow
from grid.projection import projected
from grid.proposals import nearest
from tests.grid.elements import Row, element, published

pytestmark = pytest.mark.django_db
LINES, POINTS, PLACES = 1_000, 250, 20
#: In which degrees they lie: lines are long beside it, so that boxes overlap many times over.
WEST, SOUTH, WIDE, HIGH = 104.5, 29.1, 0.3, 0.3
NEED: Final = 100


def somewhere(chance: random.Random) -> tuple[float, float]:
    return WEST + WIDE * chance.random(), SOUTH + HIGH * chance.random()


def drawn(chance: random.Random) -> str:
    x, y = somewhere(chance)
    points = [(x, y)]
    for _ in range(chance.randrange(1, 6)):
        x, y = x + chance.gauss(0, 0.01), y + chance.gauss(0, 0.01)
        points.append((x, y))
    return f"LINESTRING ({', '.join(f'{x:.6f} {y:.6f}' for x, y in points)})"


def grid(chance: random.Random) -> list[Row]:
    """Lines of either voltage and public transformers, some full, some without a place."""
    rows = [
        element(
            f"L{n}", room=chance.choice([0, 50, 100, 5000, None]),
            voltage_kv=chance.choice([0.4, 10, 35]),
            **({"limited": "yes", "reason": "Full"} if chance.random() < 0.1 else {}),
            **({"datum": "cgcs2000", "geometry": drawn(chance)} if chance.random() < 0.95 else {}),
        )
        for n in range(LINES)
    ]  # fmt: skip
    for n in range(POINTS):
        x, y = somewhere(chance)
        place = {"datum": "wgs84", "geometry": f"POINT ({x:.6f} {y:.6f})"}
        rows.append(element(f"P{n}", room=chance.choice([0, 400]), voltage_kv=10, **place))
    return rows


def away(place: Point, points: list[Point]) -> float:
    """From a place to the nearest piece of a line, in metres; plain geometry of its own."""
    x, y = place
    if len(points) == 1:
        return hypot(points[0][0] - x, points[0][1] - y)
    found = inf
    for (ax, ay), (bx, by) in pairwise(points):
        length = (bx - ax) ** 2 + (by - ay) ** 2
        share = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length if length else 0.0
        share = min(1.0, max(0.0, share))
        found = min(found, hypot(ax + share * (bx - ax) - x, ay + share * (by - ay) - y))
    return found


def test_the_nearest_are_those_of_a_full_scan(lead: User) -> None:
    chance = random.Random(20261130)
    published(lead, *grid(chance))
    rows = ElementRow.objects.standing().exclude(geometry="").select_related("element")
    known = [(row, row.element.pk, read(row.geometry).metres) for row in rows]
    for _ in range(PLACES):
        place = somewhere(chance)
        at = projected(*place)
        for voltage, with_room in (("low", True), ("low", False), ("high", True), ("high", False)):
            fitting = [
                (away(at, metres), key)
                for row, key, metres in known
                if (row.kind == "public_transformer" or row.voltage_kv < 1) == (voltage == "low")
                if not with_room or (not row.limited and (row.rating_kva or 0) >= NEED)
            ]
            found = nearest(place, kva=NEED, voltage=voltage, with_room=with_room)  # type: ignore[arg-type]
            assert list(found) == [key for _metres, key in sorted(fitting)[: len(found)]]
            assert list(found.values()) == pytest.approx(
                [metres for metres, _key in sorted(fitting)[: len(found)]], abs=0.01
            )
            assert len(found) == 8
