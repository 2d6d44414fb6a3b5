"""The tree by which a grid is fed, from each main transformer outward along closed switches.

Below the main transformers the source's grid is open somewhere in each of its rings, so the tree is
the grid: a line whose far end is open hangs where it is closed. Only busbars of one substation are
coupled; there each transformer feeds the busbars that are nearest to it.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tools.grid_sample.places import Place
from tools.grid_sample.simbench import (
    MAIN_TRANSFORMERS,
    PUBLIC_TRANSFORMERS,
    Line,
    Power,
    Tables,
    Transformer,
)


class Kind(StrEnum):
    SUBSTATION = "substation"
    TRANSFORMER = "transformer"
    BUS = "bus"
    LINE = "line"
    PUBLIC_TRANSFORMER = "public_transformer"


@dataclass
class Element:
    """A thing of the grid. `load` and `generation` (kVA) are of all that it feeds.

    None: unknown, which is not nothing.
    """

    id: str
    kind: Kind
    fed_from: "Element | None"
    kv: float
    kva: float
    places: Sequence[Place]
    load: complex | None = 0
    generation: float | None = 0

    @property
    def code(self) -> str:
        return self.id.replace(" ", "-")


@dataclass
class Feeding:
    """The elements, each after the one that feeds it, and by which one each node is fed."""

    elements: list[Element] = field(default_factory=list)
    feeder_of: dict[str, Element] = field(default_factory=dict)

    def carry(self, loads: Iterable[Power], generators: Iterable[Power]) -> None:
        """Adds what hangs at the nodes to all that feeds them."""
        for load in loads:
            element = self.feeder_of[load.node]
            element.load = (element.load or 0) + load.kva
        for generator in generators:
            element = self.feeder_of[generator.node]
            element.generation = (element.generation or 0) + abs(generator.kva)
        for element in reversed(self.elements):
            if above := element.fed_from:
                above.load = (above.load or 0) + (element.load or 0)
                above.generation = (above.generation or 0) + (element.generation or 0)


class Network:
    """The source's grid by what meets at each node."""

    def __init__(self, tables: Tables) -> None:
        self.nodes = tables.nodes
        self.closed: dict[str, list[str]] = defaultdict(list)
        self.lines: dict[str, list[Line]] = defaultdict(list)
        self.public: dict[str, list[Transformer]] = defaultdict(list)
        self.main: dict[str, list[Transformer]] = defaultdict(list)
        for one, other in tables.closed:
            self.closed[one].append(other)
            self.closed[other].append(one)
        for line in tables.lines:
            for end in line.ends:
                self.lines[end].append(line)
        for transformer in tables.transformers:
            if transformer.level == PUBLIC_TRANSFORMERS:
                self.public[transformer.high].append(transformer)
            if transformer.level == MAIN_TRANSFORMERS:
                self.main[transformer.substation].append(transformer)

    def fed_by(self, substation: str) -> Feeding:
        """Everything that a substation feeds, itself first."""
        mains = self.main[substation]
        root = Element(
            substation,
            Kind.SUBSTATION,
            None,
            self.nodes[mains[0].high].kv,
            sum(each.kva for each in mains),
            [self.nodes[mains[0].low].place],
        )
        starts = [(each.low, self._transformer(each, Kind.TRANSFORMER, root)) for each in mains]
        found = Feeding([root, *(element for _, element in starts)])
        waiting = deque(starts)
        while waiting:
            node, feeder = waiting.popleft()
            if node in found.feeder_of:
                continue
            here = self.nodes[node]
            if here.busbar and here.substation:
                # The source rates no busbar: it passes what feeds it and no more.
                feeder = Element(node, Kind.BUS, feeder, here.kv, feeder.kva, [here.place])
                found.elements.append(feeder)
            found.feeder_of[node] = feeder
            waiting.extend((other, feeder) for other in self.closed[node])
            onward = [
                (end, element)
                for end, element in self._onward(node, feeder)
                if end not in found.feeder_of
            ]
            found.elements += (element for _, element in onward)
            waiting.extend(onward)
        return found

    def _onward(self, node: str, feeder: Element) -> Iterator[tuple[str, Element]]:
        """The lines and public transformers at a node, each with the node at its other end."""
        for line in self.lines[node]:
            near, far = line.ends if line.ends[0] == node else reversed(line.ends)
            places = [self.nodes[end].place for end in (near, far)]
            kv = self.nodes[node].kv
            yield far, Element(line.id, Kind.LINE, feeder, kv, line.kva, places)
        for transformer in self.public[node]:
            yield transformer.low, self._transformer(transformer, Kind.PUBLIC_TRANSFORMER, feeder)

    def _transformer(self, source: Transformer, kind: Kind, feeder: Element) -> Element:
        """A transformer counts by its higher voltage."""
        place, kv = self.nodes[source.low].place, self.nodes[source.high].kv
        return Element(source.id, kind, feeder, kv, source.kva, [place])
