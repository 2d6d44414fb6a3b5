"""Whether two lines of points come near each other, in metres."""

import math
from collections.abc import Sequence
from itertools import pairwise

from approvals.packages.route import Point, metres_a_degree

#: East and north in metres, from a point beside both lines: flat is exact enough in one city.
Flat = tuple[float, float]
Leg = tuple[Flat, Flat]


def come_near(one: Sequence[Point], other: Sequence[Point], metres: float) -> bool:
    """Whether two lines, of two points or more each, come as near as that anywhere."""
    first, second = _flat(one, beside=one[0]), _flat(other, beside=one[0])
    # Most roads are far away, and of those that are not, most legs.
    legs = [leg for leg in pairwise(first) if _beside(leg, second, metres)]
    against = [leg for leg in pairwise(second) if _beside(leg, first, metres)]
    return any(apart(leg, each) <= metres for leg in legs for each in against)


def _flat(line: Sequence[Point], beside: Point) -> list[Flat]:
    east, north = metres_a_degree(beside[1])
    return [((lon - beside[0]) * east, (lat - beside[1]) * north) for lon, lat in line]


def _beside(leg: Leg, line: Sequence[Flat], metres: float) -> bool:
    """Whether the boxes around them are within that distance."""
    for axis in (0, 1):
        low, high = min(point[axis] for point in line), max(point[axis] for point in line)
        ends = sorted((leg[0][axis], leg[1][axis]))
        if ends[1] < low - metres or ends[0] > high + metres:
            return False
    return True


def apart(one: Leg, other: Leg) -> float:
    """The distance between two legs; 0 where they cross."""
    if _cross(one, other):
        return 0.0
    ends = [(end, other) for end in one] + [(end, one) for end in other]
    return min(_to_leg(end, leg) for end, leg in ends)


def _to_leg(point: Flat, leg: Leg) -> float:
    (x, y), ((ax, ay), (bx, by)) = point, leg
    east, north = bx - ax, by - ay
    squared = east * east + north * north
    along = ((x - ax) * east + (y - ay) * north) / squared if squared else 0.0
    share = min(1.0, max(0.0, along))
    return math.hypot(x - ax - share * east, y - ay - share * north)


def _cross(one: Leg, other: Leg) -> bool:
    """Whether the ends of each lie on both sides of the other; touching ends are at distance 0."""

    def sides(leg: Leg, points: Leg) -> float:
        (ax, ay), (bx, by) = leg
        first, second = ((bx - ax) * (y - ay) - (by - ay) * (x - ax) for x, y in points)
        return math.copysign(1, first) * math.copysign(1, second) if first and second else 0.0

    return sides(one, other) < 0 and sides(other, one) < 0
