"""C2SP tlog-tiles: where a tile lies, what is in it, reading a tree from tiles, growing one."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from tlog.files import Writer, read
from tlog.tree import perfect_root

WIDTH, HEIGHT, HASH = 256, 8, 32
ENTRIES = "entries"


class TileMissing(Exception):
    """A tile that the tree needs is not there, or is not whole."""


class Tiles(Protocol):
    def load(self, level: int, number: int, width: int) -> list[bytes]:
        """The first `width` hashes of a tile; raises `TileMissing`."""
        ...


def path_of(level: int | str, number: int, width: int = WIDTH) -> str:
    """Level `entries` is a bundle.

    >>> path_of(0, 1234067, 5)
    'tile/0/x001/x234/067.p/5'
    """
    last, rest = f"{number % 1000:03}", number // 1000
    while rest:
        last, rest = f"x{rest % 1000:03}/{last}", rest // 1000
    return f"tile/{level}/{last}" + ("" if width == WIDTH else f".p/{width}")


def levels_of(size: int) -> Iterator[tuple[int, int]]:
    """Each level of a tree with the number of hashes in it."""
    level = 0
    while count := size >> (HEIGHT * level):
        yield level, count
        level += 1


def kept_partials(sizes: Sequence[int]) -> list[int]:
    """Of the sizes that were signed, in order, those whose partial tiles are still published: the
    full tile is not there yet. Of sizes that share a partial tile the last one is enough."""
    kept: dict[tuple[int, int], int] = {}
    for level, _count in levels_of(sizes[-1] if sizes else 0):
        tile = HEIGHT * level
        for size in sizes:
            if size >> (tile + HEIGHT) == sizes[-1] >> (tile + HEIGHT):
                kept[level, size >> tile] = size
    return sorted(set(kept.values()))


def bundle(entries: Sequence[bytes]) -> bytes:
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundle(content: bytes) -> list[bytes]:
    """Raises `TileMissing` where the bundle is cut short."""
    entries, at = [], 0
    while at < len(content):
        end = at + 2 + int.from_bytes(content[at : at + 2], "big")
        entries.append(content[at + 2 : end])
        at = end
    if at != len(content):
        raise TileMissing("a bundle is cut short")
    return entries


class FolderTiles:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, level: int, number: int, width: int) -> list[bytes]:
        """From the full tile or the partial one."""
        for name in dict.fromkeys((path_of(level, number), path_of(level, number, width))):
            content = read(self.folder / name)
            if content is not None and len(content) >= width * HASH:
                return [content[at : at + HASH] for at in range(0, width * HASH, HASH)]
        raise TileMissing(path_of(level, number, width))


class TiledTree:
    """`tree.Nodes` over tiles: a proof among a million leaves reads a handful of them."""

    def __init__(self, tiles: Tiles, size: int) -> None:
        self.tiles, self.size = tiles, size
        self._read: dict[tuple[int, int], list[bytes]] = {}

    def tile(self, level: int, number: int) -> list[bytes]:
        if (level, number) not in self._read:
            count = self.size >> (HEIGHT * level)
            width = min(WIDTH, count - number * WIDTH)
            self._read[level, number] = self.tiles.load(level, number, width)
        return self._read[level, number]

    def node(self, height: int, index: int) -> bytes:
        level, within = divmod(height, HEIGHT)
        number, first = divmod(index << within, WIDTH)
        return perfect_root(self.tile(level, number)[first : first + (1 << within)])


class Growth:
    """Writes the tiles that a tree gets by growing; those of its old size must be there. Its last
    bundle and tile of leaves are written anew: `add` begins with the first leaf of that tile."""

    def __init__(self, writer: Writer, folder: Path, tree: TiledTree) -> None:
        self.writer, self.folder, self.old = writer, folder, tree.size
        self.counts: list[int] = []
        self.open: list[list[bytes]] = []
        for level, count in levels_of(tree.size):
            full, width = divmod(count, WIDTH)
            self.counts.append(full)
            self.open.append(list(tree.tile(level, full)) if level and width else [])

    def add(self, hashes: Sequence[bytes], entries: Sequence[bytes]) -> None:
        """Append the leaves of one tile: all 256, or the last ones of the tree."""
        number = self._count(0)
        self._put(ENTRIES, number, len(entries), bundle(entries))
        if len(hashes) == WIDTH:
            self._full(0, hashes)
        else:
            self.open[0] = list(hashes)

    def finish(self) -> None:
        for level, hashes in enumerate(self.open):
            if hashes:
                self._put(level, self.counts[level], len(hashes), b"".join(hashes))
        self.writer.settle()
        # Of the old size's partial tiles those go that are full now; clients fall back to these.
        # Before the new size is signed: a run that is killed here is done again as a whole.
        for level, count in levels_of(self.old):
            number = count // WIDTH
            if number < self.counts[level]:
                names: tuple[int | str, ...] = (level,) if level else (level, ENTRIES)
                for name in names:
                    self.writer.remove_folder(self.folder / f"{path_of(name, number)}.p")
        self.writer.settle()

    def _full(self, level: int, hashes: Sequence[bytes]) -> None:
        self._put(level, self._count(level), WIDTH, b"".join(hashes))
        self.counts[level] += 1
        self.open[level] = []
        self._count(level + 1)
        above = self.open[level + 1]
        above.append(perfect_root(hashes))
        if len(above) == WIDTH:
            self._full(level + 1, above)

    def _count(self, level: int) -> int:
        while len(self.counts) <= level:
            self.counts.append(0)
            self.open.append([])
        return self.counts[level]

    def _put(self, level: int | str, number: int, width: int, content: bytes) -> None:
        self.writer.put_if_other(self.folder / path_of(level, number, width), content)
