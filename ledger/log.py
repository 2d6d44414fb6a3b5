"""The Merkle log, read: where an entry stands, the newest checkpoint, proofs, and how it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from ledger import folders, keys, merkle
from ledger.heads import parse_head
from ledger.models import Checkpoint as Row
from ledger.models import Leaf
from ledger.note import NoteError, parse
from ledger.tiles import WIDTH, FirstOf, FolderTiles, TiledTree, TileMissing

CHUNK = 16 * WIDTH


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed tree head; `note` bears the cosignatures that there are."""

    origin: str
    epoch: int
    size: int
    root: bytes
    note: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """How the log is.

    `size` counts the entries in their order, `signed_size` those under the newest checkpoint.
    `oldest_seconds` is how long the oldest entry has waited for a checkpoint (0 where none does),
    by the server's own clock; more than `within` breaks the promise of the receipts. `behind`
    says that more was signed or published than the database knows: it was restored, or cut off.
    """

    size: int
    signed_size: int
    oldest_seconds: float
    within: int
    behind: bool

    @property
    def ok(self) -> bool:
        """Whether the promise is kept and nothing signed is missing."""
        return not self.behind and self.oldest_seconds <= self.within


def position(entry_id: int) -> int | None:
    """Return the leaf index of an entry, None while it waits."""
    found = Leaf.objects.filter(entry_id=entry_id).values_list("index", flat=True)
    return found.first()


def size() -> int:
    """Return how many entries are in the log."""
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def latest() -> Checkpoint | None:
    """Return the newest checkpoint; None where nothing was signed yet."""
    row = Row.objects.order_by("-epoch", "-size").first()
    return None if row is None else checkpoint_of(row)


def covering(index: int) -> Checkpoint | None:
    """Return the newest checkpoint if it covers a leaf index."""
    newest = latest()
    return newest if newest is not None and newest.size > index else None


def checkpoint_of(row: Row) -> Checkpoint:
    """Return a checkpoint as it is published: its note, then what witnesses added."""
    lines = row.cosignatures.order_by("id").values_list("line", flat=True)
    origin = parse_head(parse(row.note).text).origin
    note = row.note + "".join(lines)
    return Checkpoint(origin, row.epoch, row.size, bytes(row.root), note, row.signed_at)


def inclusion(index: int, size: int) -> list[bytes]:
    """Return the RFC 6962 audit path of a leaf in the tree of `size` leaves.

    Raises:
        ValueError: there is no such leaf in that tree.
    """
    return merkle.inclusion(tree(size), index, size)


def consistency(old: int, new: int) -> list[bytes]:
    """Return the RFC 6962 proof that the tree of `old` leaves is a prefix of that of `new`.

    Raises:
        ValueError: the old tree is the larger one.
    """
    return merkle.consistency(tree(new), old, new)


def tree(size: int) -> TiledTree:
    """Return the tree of a size: from the published tiles, from the database where one is lost."""
    folder = folders.epoch_folder(keys.epoch())
    return TiledTree(FirstOf(FolderTiles(folder), DatabaseTiles()), size)


class DatabaseTiles:
    """Tiles made from the leaf table; above the lowest level that reads many leaves."""

    def load(self, level: int, number: int, width: int) -> list[bytes]:
        """Return the first hashes of a tile."""
        if level:
            first = number * WIDTH
            return [
                merkle.perfect_root(self.load(level - 1, first + place, WIDTH))
                for place in range(width)
            ]
        found = hashes_between(number * WIDTH, number * WIDTH + width)
        if len(found) < width:
            raise TileMissing(f"the log has no {width} leaves in tile {number}")
        return found


def hashes_between(first: int, last: int) -> list[bytes]:
    """Return the leaf hashes with indexes in [first, last)."""
    found = Leaf.objects.filter(index__gte=first, index__lt=last).order_by("index")
    return [bytes(value) for value in found.values_list("hash", flat=True)]


def leaf_hashes(size: int) -> Iterator[list[bytes]]:
    """Yield the first `size` leaf hashes of the database, in chunks."""
    for first in range(0, size, CHUNK):
        yield hashes_between(first, min(first + CHUNK, size))


def database_root(size: int) -> bytes:
    """Return the root over the first `size` leaves of the database, read one and all."""
    grown = merkle.Growing()
    for chunk in leaf_hashes(size):
        grown.extend(chunk)
    return grown.root()


WAITS = """
SELECT extract(epoch FROM clock_timestamp() - least(
    (SELECT min(written_at) FROM ledger_pending),
    (SELECT min(written_at) FROM ledger_leaf WHERE index >= %s)))
"""


def health() -> Health:
    """Look at the log as it is now; cheap, and needs no private key."""
    row = Row.objects.order_by("-epoch", "-size").values("epoch", "size").first()
    signed_size = row["size"] if row else 0
    with connection.cursor() as cursor:
        cursor.execute(WAITS, [signed_size])
        waited = cursor.fetchone()[0]
    known = size()
    behind = not _published_size(row["epoch"] if row else 1) <= signed_size <= known
    within = settings.RECORD_WITHIN_SECONDS
    return Health(known, signed_size, max(0.0, float(waited or 0)), within, behind)


def _published_size(epoch: int) -> int:
    content = folders.read(folders.epoch_folder(epoch) / "checkpoint")
    try:
        return parse_head(parse((content or b"").decode()).text).size
    except (NoteError, UnicodeDecodeError):
        return 0
