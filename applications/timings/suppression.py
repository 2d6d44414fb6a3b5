"""Which counts of a published table are hidden, so that no small one can be found out.

A table is a set of cells and of lines: a whole, and the parts that it is the sum of. Whoever reads
it knows each cell that is shown, each line, that a hidden cell is at least 1 (a true zero is
shown), and how cells are chosen. Small counts are hidden first; then as many others as it takes
until for each small one there is another table of whole numbers that differs in it and in no cell
that is shown. Such a table is the proof: where a search among near ones finds none, more is hidden.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
#: By cell, by how much another table differs in it.
Change = dict[K, int]
#: How many cells another table may differ in, the nearest ones being looked for first, and how many
#: tables are looked at for one cell.
DEPTHS: Final = (4, 8, 12)
TRIED: Final = 120


@dataclass(frozen=True)
class Line(Generic[K]):
    whole: K
    parts: Sequence[K]

    @property
    def signs(self) -> dict[K, int]:
        """By cell, what it adds to the whole less its parts, which is 0."""
        return {self.whole: 1, **dict.fromkeys(self.parts, -1)}


@dataclass(frozen=True)
class Table(Generic[K]):
    """`values`: of every cell, in the order in which cells are rather kept than hidden."""

    values: Mapping[K, int]
    lines: Sequence[Line[K]]

    def of_cells(self) -> dict[K, list[dict[K, int]]]:
        found = defaultdict[K, list[dict[K, int]]](list)
        for line in self.lines:
            signs = line.signs
            for cell in signs:
                found[cell].append(signs)
        return found


def hidden_cells(
    table: Table[K], least: int, *, must: Collection[K] = (), shown: Collection[K] = ()
) -> set[K]:
    """The cells to hide.

    Args:
        least: the smallest count but zero that may be shown.
        must: hidden already.
        shown: published already: they cannot be hidden any more.
    """
    values = table.values
    small = {cell for cell, value in values.items() if 0 < value < least and cell not in shown}
    reader = Reader(values, table.of_cells(), small | {cell for cell in must if values[cell]})
    free = {cell for cell, value in values.items() if value} - set(shown)
    parts = free - {line.whole for line in table.lines}
    place = {cell: at for at, cell in enumerate(values)}
    told = reader.told(small)
    while told:
        may = reader.beside(told, parts) or reader.beside(told, free)
        if not may:
            # Whatever it could be found out from was published before.
            break
        reader.hidden.add(min(may, key=lambda cell: (values[cell], -place[cell])))
        # Another table stays one when more is hidden.
        told = reader.told(told)
    return reader.hidden


@dataclass
class Reader(Generic[K]):
    """What somebody can find out who knows all that is shown. `lines`: by cell, those that it is
    in; `values`: of the hidden ones too."""

    values: Mapping[K, int]
    lines: Mapping[K, Sequence[Mapping[K, int]]]
    hidden: set[K]

    def told(self, cells: Iterable[K]) -> set[K]:
        """Those of some hidden cells for which no other table was found."""
        left = set(cells)
        for cell in list(left):
            if cell in left:
                left -= self.other_table(cell).keys()
        return left

    def other_table(self, cell: K) -> Change[K]:
        """What a table that is as good differs in, the cell among it; empty where none is near."""
        for depth in DEPTHS:
            for by in (1, -1):
                search = _Search(self)
                if self.values[cell] + by >= 1 and search.put(cell, by, depth):
                    return search.change
        return {}

    def beside(self, cells: Iterable[K], among: set[K]) -> set[K]:
        """Those of some shown cells that share a line with one of the cells; where none does, with
        whatever shares one with them."""
        seen, reached, free = set[K](), set(cells), among - self.hidden
        while new := reached - seen:
            near = {cell for one in new for line in self.lines[one] for cell in line}
            if found := near & free:
                return found
            seen, reached = seen | new, reached | near
        return set()


class _Search(Generic[K]):
    """Puts right, one hidden cell after the other, whatever line does not add up any more."""

    def __init__(self, reader: Reader[K]) -> None:
        self.reader = reader
        self.change: Change[K] = {}
        self.off = Counter[int]()
        self.line: dict[int, Mapping[K, int]] = {}
        self.left = TRIED

    def put(self, cell: K, by: int, depth: int) -> bool:
        """Change a cell and whatever has to follow, or nothing."""
        self.left -= 1
        self._note(cell, by)
        if self._right(depth - 1):
            return True
        self._note(cell, -by)
        return False

    def _note(self, cell: K, by: int) -> None:
        self.change[cell] = self.change.get(cell, 0) + by
        if not self.change[cell]:
            del self.change[cell]
        for line in self.reader.lines[cell]:
            self.line[id(line)] = line
            self.off[id(line)] += by * line[cell]

    def _right(self, depth: int) -> bool:
        """Go on with the line that fewest cells can put right: where none can, no more is tried."""
        fewest: list[tuple[K, int]] | None = None
        for key, off in self.off.items():
            if off:
                found = self._candidates(self.line[key], -1 if off > 0 else 1)
                if fewest is None or len(found) < len(fewest):
                    fewest = found
        if fewest is None:
            return True
        if depth <= 0 or self.left <= 0:
            return False
        return any(self.put(cell, by, depth) for cell, by in fewest)

    def _candidates(self, line: Mapping[K, int], by: int) -> list[tuple[K, int]]:
        """The hidden cells of a line that can change so, with what each changes by."""
        return [
            (cell, by * sign)
            for cell, sign in line.items()
            if cell in self.reader.hidden
            and cell not in self.change
            and self.reader.values[cell] + by * sign >= 1
        ]
