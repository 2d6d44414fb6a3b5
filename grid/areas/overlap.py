"""How much two rings have in common: what of it is a seam, and what is land told twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import Final

from grid.geometry import Point

#: Borders drawn twice lie so far apart at most, in metres, without meaning anything by it.
SEAM_M: Final = 5.0
Edge = tuple[float, float, float, float]
Span = tuple[float, float]


@dataclass
class Shared:
    """What two rings have in common: its area in square metres, and the box that holds it."""

    area: float = 0.0
    west: float = float("inf")
    east: float = float("-inf")
    south: float = float("inf")
    north: float = float("-inf")

    def add(self, spans: Sequence[Span], south: float, north: float) -> None:
        self.area += sum(east - west for west, east in spans) * (north - south)
        if spans:
            self.west, self.east = min(self.west, spans[0][0]), max(self.east, spans[-1][1])
            self.south, self.north = min(self.south, south), max(self.north, north)

    @property
    def is_land(self) -> bool:
        """Wider on the whole than a seam along its length."""
        if not self.area:
            return False
        return self.area > SEAM_M * hypot(self.east - self.west, self.north - self.south)


def overlapping(rings: Sequence[Sequence[Point]]) -> Iterator[tuple[int, int, Shared]]:
    """Pairs of rings that have land in common: the earlier, the later, and what they share."""
    boxes = [
        (min(x), min(y), max(x), max(y))
        for x, y in (tuple(zip(*ring, strict=True)) for ring in rings)
    ]
    eastward = sorted(range(len(rings)), key=lambda index: boxes[index][0])
    reached: list[int] = []
    for index in eastward:
        west, south, _east, north = boxes[index]
        reached = [each for each in reached if boxes[each][2] > west]
        for each in reached:
            if boxes[each][1] < north and south < boxes[each][3]:
                first, last = sorted((each, index))
                found = shared(rings[first], rings[last])
                if found.is_land:
                    yield first, last, found
        reached.append(index)


def shared(one: Sequence[Point], other: Sequence[Point]) -> Shared:
    """What two closed rings have in common, in metres.

    Cut into strips in which no edge begins, ends or crosses another, so that each strip is as wide
    as at its middle, exactly.
    """
    found = Shared()
    mine, theirs = _edges(one), _edges(other)
    heights = sorted({y for edge in (*mine, *theirs) for y in (edge[1], edge[3])})
    strips = zip(pairwise(heights), _met(mine, heights), _met(theirs, heights), strict=True)
    for (south, north), left, right in strips:
        if left and right:
            cuts = sorted({south, north, *_crossings(left, right, south, north)})
            for low, high in pairwise(cuts):
                middle = (low + high) / 2
                found.add(list(_common(_spans(left, middle), _spans(right, middle))), low, high)
    return found


def _edges(ring: Sequence[Point]) -> list[Edge]:
    """From south to north; what runs level bounds no strip."""
    found = [(a, b) if a[1] < b[1] else (b, a) for a, b in pairwise(ring) if a[1] != b[1]]
    return [(*low, *high) for low, high in found]


def _met(edges: Sequence[Edge], heights: Sequence[float]) -> Iterator[list[Edge]]:
    """The edges that each strip meets."""
    further = sorted(edges, key=lambda edge: edge[1], reverse=True)
    met: list[Edge] = []
    for south, _north in pairwise(heights):
        while further and further[-1][1] <= south:
            met.append(further.pop())
        met = [edge for edge in met if edge[3] > south]
        yield met


def _at(edge: Edge, y: float) -> float:
    x, south, to_x, north = edge
    return x + (to_x - x) * (y - south) / (north - south)


def _crossings(
    one: Sequence[Edge], other: Sequence[Edge], south: float, north: float
) -> Iterator[float]:
    for mine in one:
        for theirs in other:
            below, above = (_at(mine, y) - _at(theirs, y) for y in (south, north))
            if below * above < 0:
                yield south + (north - south) * below / (below - above)


def _spans(edges: Sequence[Edge], y: float) -> list[Span]:
    """What a level line has inside of a ring."""
    places = sorted(_at(edge, y) for edge in edges)
    return list(zip(places[::2], places[1::2], strict=True))


def _common(one: Sequence[Span], other: Sequence[Span]) -> Iterator[Span]:
    for west, east in one:
        for from_, to in other:
            if max(west, from_) < min(east, to):
                yield max(west, from_), min(east, to)
