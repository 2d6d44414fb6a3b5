"""Tiles lie where C2SP tlog-tiles says, hold what it says, and a proof reads a handful of them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlog import tiles, tree
from tlog.files import Writer
from tlog.tiles import FolderTiles, Growth, TiledTree, TileMissing, path_of


def test_a_path_is_written_in_threes() -> None:
    assert path_of(0, 1234067) == "tile/0/x001/x234/067"
    assert path_of(0, 1234067, 5) == "tile/0/x001/x234/067.p/5"
    assert path_of("entries", 0, 255) == "tile/entries/000.p/255"
    assert (path_of(3, 999), path_of(3, 1000)) == ("tile/3/999", "tile/3/x001/000")


def test_a_tree_of_70000_has_the_tiles_of_the_specification() -> None:
    counts = {level: divmod(count, 256) for level, count in tiles.levels_of(70_000)}
    assert counts == {0: (273, 112), 1: (1, 17), 2: (0, 1)}
    assert {level: divmod(count, 256) for level, count in tiles.levels_of(256)} == {
        0: (1, 0), 1: (0, 1),
    }  # fmt: skip


def test_a_bundle_is_read_back() -> None:
    entries = [b"", b"x" * 300, "总".encode()]
    assert tiles.bundle(entries)[:4] == b"\x00\x00\x01\x2c"
    assert tiles.unbundle(tiles.bundle(entries)) == entries
    with pytest.raises(TileMissing):
        tiles.unbundle(tiles.bundle(entries)[:-1])


def entries_of(first: int, last: int) -> list[bytes]:
    return [str(number).encode() for number in range(first, last)]


def grow(folder: Path, old: int, new: int) -> None:
    """Grow a published tree of numbers."""
    growth = Growth(Writer(folder), folder, TiledTree(FolderTiles(folder), old))
    for start in range(old - old % 256, new, 256):
        entries = entries_of(start, min(start + 256, new))
        growth.add([tree.leaf_hash(entry) for entry in entries], entries)
    growth.finish()


def names(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def expected(size: int) -> dict[str, bytes]:
    """Every tile of a size by the definition: MTH of each range of 256**level leaves."""
    hashes = [tree.leaf_hash(entry) for entry in entries_of(0, size)]
    found = {}
    for level in range(3):
        span = 256**level
        count = size // span
        row = [tree.perfect_root(hashes[at * span : (at + 1) * span]) for at in range(count)]
        for number in range(-(-count // 256)):
            part = row[number * 256 : (number + 1) * 256]
            found[path_of(level, number, len(part))] = b"".join(part)
    for number in range(-(-size // 256)):
        part = entries_of(number * 256, min(number * 256 + 256, size))
        found[path_of("entries", number, len(part))] = tiles.bundle(part)
    return found


def test_every_tile_is_what_its_definition_says(tmp_path: Path) -> None:
    grow(tmp_path, 0, 66_000)
    assert names(tmp_path) == expected(66_000)


@given(st.lists(st.integers(1, 600), min_size=1, max_size=6))
@settings(max_examples=25)
def test_a_tree_grown_in_steps_holds_every_size_on_the_way(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int]
) -> None:
    folder, sizes = tmp_path_factory.mktemp("tiles"), [0]
    for step in steps:
        grow(folder, sizes[-1], sizes[-1] + step)
        sizes.append(sizes[-1] + step)
    hashes = [tree.leaf_hash(entry) for entry in entries_of(0, sizes[-1])]
    whole = tree.Leaves(hashes)
    for size in sizes[1:]:
        tiled = TiledTree(FolderTiles(folder), size)
        assert tree.root(tiled, size) == tree.root(whole, size)
    assert expected(sizes[-1]).items() <= names(folder).items()


class Counted:
    """Tiles made up as they are asked for, of a tree in which all leaves are alike."""

    def __init__(self) -> None:
        self.asked: set[tuple[int, int]] = set()

    def load(self, level: int, number: int, width: int) -> list[bytes]:
        self.asked.add((level, number))
        top = bytes(32)
        for _ in range(8 * level):
            top = tree.node_hash(top, top)
        return [top] * width


def test_a_proof_among_a_million_reads_a_handful_of_tiles() -> None:
    size, counted = 1_000_003, Counted()
    proof = tree.inclusion(TiledTree(counted, size), 654_321, size)
    assert len(counted.asked) <= 6
    root = tree.root(TiledTree(Counted(), size), size)
    assert tree.includes(bytes(32), 654_321, size, proof, root)


def test_growing_a_million_by_one_reads_and_writes_a_handful(tmp_path: Path) -> None:
    size, counted = 1_000_003, Counted()
    growth = Growth(Writer(tmp_path), tmp_path, TiledTree(counted, size))
    growth.add([bytes(32)] * (size % 256 + 1), [b"e"] * (size % 256 + 1))
    growth.finish()
    assert len(counted.asked) <= 2
    assert len(names(tmp_path)) <= 4


def test_a_tile_that_is_cut_short_is_missing(tmp_path: Path) -> None:
    grow(tmp_path, 0, 5)
    path = tmp_path / path_of(0, 0, 5)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(TileMissing):
        FolderTiles(tmp_path).load(0, 0, 5)
