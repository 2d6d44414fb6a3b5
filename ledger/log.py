"""The Merkle log, read: where an entry stands, what was signed, proofs, and how the log is."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from ledger import folders, keys
from ledger.models import Checkpoint as Row
from ledger.models import Leaf
from ledger.trouble import RecordForked, RecordGap
from tlog import tree
from tlog.checkpoint import Head, head_of, verified_head
from tlog.files import read
from tlog.note import NoteError
from tlog.tiles import WIDTH, FolderTiles, TiledTree, TileMissing

CHUNK = 16 * WIDTH


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`note` bears the cosignatures that there are."""

    origin: str
    epoch: int
    size: int
    root: bytes
    note: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """`oldest_seconds` is how long the oldest entry has waited for a checkpoint by the server's own
    clock; more than `within` breaks the promise of the receipts. `behind`: more was signed or
    published than the database knows, which was restored, or cut off."""

    size: int
    signed_size: int
    oldest_seconds: float
    within: int
    behind: bool

    @property
    def ok(self) -> bool:
        return not self.behind and self.oldest_seconds <= self.within


def position(entry_id: int) -> int | None:
    """The leaf index of an entry, None while it waits."""
    return Leaf.objects.filter(entry_id=entry_id).values_list("index", flat=True).first()


def size() -> int:
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def latest() -> Checkpoint | None:
    row = Row.objects.order_by("-epoch", "-size").first()
    return None if row is None else checkpoint_of(row)


def covering(index: int) -> Checkpoint | None:
    newest = latest()
    return newest if newest is not None and newest.size > index else None


def checkpoint_of(row: Row) -> Checkpoint:
    """As it is published: its note, then what witnesses added."""
    lines = row.cosignatures.order_by("id").values_list("line", flat=True)
    origin, note = head_of(row.note).origin, row.note + "".join(lines)
    return Checkpoint(origin, row.epoch, row.size, bytes(row.root), note, row.signed_at)


def signed_epochs() -> list[int]:
    """In order; by the files, not by the database."""
    folder = folders.signed()
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return sorted(int(name) for name in names if name.isdigit())


def last_signed(epoch: int) -> Head | None:
    """By the file, not by the database.

    Raises:
        RecordGap: it is signed by a key that the database knew once.
        RecordForked: the file holds something else than a checkpoint signed by our keys.
    """
    content = read(folders.signed() / str(epoch))
    if content is None:
        return None
    try:
        return verified_head(content.decode(), keys.log_verifiers(epoch))
    except (NoteError, UnicodeDecodeError) as error:
        if keys.forgotten():
            raise RecordGap(f"signed/{epoch} is by a key that the database has lost") from error
        raise RecordForked(f"signed/{epoch} is not by the keys of this record: {error}") from error


def inclusion(index: int, size: int) -> list[bytes]:
    """Raises ValueError where there is no such leaf in the tree of `size`."""
    return tree.inclusion(_tiled(size), index, size)


def consistency(old: int, new: int) -> list[bytes]:
    """Raises ValueError where the old tree is the larger one."""
    return tree.consistency(_tiled(new), old, new)


def _tiled(size: int) -> TiledTree:
    return TiledTree(RecordTiles(folders.epoch_folder(keys.epoch())), size)


class RecordTiles(FolderTiles):
    """The published tiles; one that is lost is made from those below it, a lowest one from the
    leaves of the database."""

    def load(self, level: int, number: int, width: int) -> list[bytes]:
        first = number * WIDTH
        try:
            return super().load(level, number, width)
        except TileMissing:
            if level:
                below = [self.load(level - 1, first + place, WIDTH) for place in range(width)]
                return [tree.perfect_root(hashes) for hashes in below]
            found = hashes_between(first, first + width)
            if len(found) < width:
                raise
            return found


def hashes_between(first: int, last: int) -> list[bytes]:
    found = Leaf.objects.filter(index__gte=first, index__lt=last).order_by("index")
    return [bytes(value) for value in found.values_list("hash", flat=True)]


def database_root(size: int) -> bytes:
    """The root over the first `size` leaves of the database, read one and all."""
    grown = tree.Growing()
    for first in range(0, size, CHUNK):
        grown.extend(hashes_between(first, min(first + CHUNK, size)))
    return grown.root()


WAITS = """
SELECT extract(epoch FROM clock_timestamp() - least(
    (SELECT min(written_at) FROM ledger_pending),
    (SELECT min(written_at) FROM ledger_leaf WHERE index >= %s)))
"""


def health() -> Health:
    """Cheap, and needs no private key."""
    row = Row.objects.order_by("-epoch", "-size").values("epoch", "size").first()
    signed_size = row["size"] if row else 0
    with connection.cursor() as cursor:
        cursor.execute(WAITS, [signed_size])
        waited = cursor.fetchone()[0]
    known = size()
    content = read(folders.epoch_folder(row["epoch"] if row else 1) / "checkpoint")
    published_size = 0
    with suppress(NoteError, UnicodeDecodeError):
        published_size = head_of((content or b"").decode()).size
    behind = not published_size <= signed_size <= known
    within = settings.RECORD_WITHIN_SECONDS
    return Health(known, signed_size, max(0.0, float(waited or 0)), within, behind)
