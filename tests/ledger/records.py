"""A signed record that tests change: what verifies, what is put back, what lies in its folders."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.db import connections

from core import demonstration as city
from ledger import folders, keys, log, sequencer
from ledger.actions import open_city
from ledger.models import Leaf
from ledger.record import append
from tests.ledger.entries import step, written
from tlog import tree
from tlog.checkpoint import Head, parse_head
from tlog.note import Verifier, parse, parse_vkey, verified
from tlog.tiles import FolderTiles, TiledTree
from tools.launcher.postgres import Postgres


def opened() -> None:
    """An open demonstration with one entry."""
    city._known.clear()
    open_city(demonstration=True)


def grown(*counts: int) -> None:
    """So many entries before each checkpoint; of many most come five hundred a statement."""
    for count in counts:
        case_ref = uuid4()
        statements, rest = divmod(count, 500)
        for _ in range(statements):
            append(*(step(case_ref) for _ in range(500)))
        written(rest, case_ref)
        sequencer.run()


def newest() -> log.Checkpoint:
    """The newest checkpoint; there must be one."""
    found = log.latest()
    assert found is not None
    return found


def signed_by(note: str) -> list[str]:
    """The vkeys, of all that are published, that signed a note."""
    known = [parse_vkey(key["vkey"]) for key in keys.published()["keys"]]
    return [str(key) for key in verified(parse(note), known)]


def head_of(note: str) -> Head:
    return parse_head(parse(note).text)


def published_notes(epoch: int = 1) -> dict[int, str]:
    """Every published checkpoint by its size."""
    folder = folders.epoch_folder(epoch) / "checkpoints"
    return {int(path.name): path.read_text() for path in folder.iterdir()}


def leaves() -> list[bytes]:
    return [bytes(leaf.hash) for leaf in Leaf.objects.order_by("index")]


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder that does not begin with a dot."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.parts[-3:])
    }


def assert_whole(epoch: int = 1) -> None:
    """All checkpoints are of one tree, are the tree of the database, and its tiles are served."""
    hashes = leaves()
    whole = tree.Leaves(hashes)
    roots = {size: head_of(note).root for size, note in published_notes(epoch).items()}
    assert roots == {size: tree.root(whole, size) for size in roots}
    assert max(roots) == newest().size == len(hashes)
    for size, root in roots.items():
        tiles = TiledTree(FolderTiles(folders.epoch_folder(epoch)), size)
        assert tree.root(tiles, size) == root


@contextmanager
def put_back(postgres: Postgres, name: str) -> Iterator[None]:
    """What is done inside is lost to the database afterwards, as after a restore; not the files."""
    copy = f"{name}_{uuid4().hex[:6]}"
    connections.close_all()
    postgres.create_database(copy, name)
    yield
    connections.close_all()
    postgres.drop_database(name)
    postgres.rename_database(copy, name)


def handover_chain() -> list[Verifier]:
    """The published keys that the first log key leads to, by their handovers, in order."""
    published = keys.published()["keys"]
    trusted = [parse_vkey(published[0]["vkey"])]
    for key in published[1:]:
        note = parse(key["handover"])
        verified(note, trusted)
        new = parse_vkey(key["vkey"])
        body = f"tongdian-key/1\n{new.name}\n{key['purpose']}\n{key['vkey']}\n"
        assert note.text == body
        trusted.append(new)
    return trusted
