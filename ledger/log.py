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
from tlog.checkpoint import Head, head_of, parse_head
from tlog.files import read
from tlog.note import NoteError, parse, verified
from tlog.tiles import WIDTH, FolderTiles, TiledTree, TileMissing

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
    return Leaf.objects.filter(entry_id=entry_id).values_list("index", flat=True).first()


def size() -> int:
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
    origin, note = head_of(row.note).origin, row.note + "".join(lines)
    return Checkpoint(origin, row.epoch, row.size, bytes(row.root), note, row.signed_at)


def signed_epochs() -> list[int]:
    """Return the epochs that have a signed checkpoint, in order."""
    folder = folders.signed()
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return sorted(int(name) for name in names if name.isdigit())


def last_signed(epoch: int) -> Head | None:
    """Read the last checkpoint signed in an epoch from its file.

    Raises:
        RecordGap: it is signed by a key that the database knew once.
        RecordForked: the file holds something else than a checkpoint signed by our keys.
    """
    content = read(folders.signed() / str(epoch))
    if content is None:
        return None
    try:
        note = parse(content.decode())
        verified(note, keys.log_verifiers(epoch))
        return parse_head(note.text)
    except (NoteError, UnicodeDecodeError) as error:
        if keys.forgotten():
            raise RecordGap(f"signed/{epoch} is by a key that the database has lost") from error
        raise RecordForked(f"signed/{epoch} is not by the keys of this record: {error}") from error


def inclusion(index: int, size: int) -> list[bytes]:
    """Return the RFC 6962 audit path of a leaf in the tree of `size` leaves.

    Raises:
        ValueError: there is no such leaf in that tree.
    """
    return tree.inclusion(_tiled(size), index, size)


def consistency(old: int, new: int) -> list[bytes]:
    """Return the RFC 6962 proof that the tree of `old` leaves is a prefix of that of `new`.

    Raises:
        ValueError: the old tree is the larger one.
    """
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
    """Return the leaf hashes with indexes in [first, last)."""
    found = Leaf.objects.filter(index__gte=first, index__lt=last).order_by("index")
    return [bytes(value) for value in found.values_list("hash", flat=True)]


def database_root(size: int) -> bytes:
    """Return the root over the first `size` leaves of the database, read one and all."""
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
    """Look at the log as it is now; cheap, and needs no private key."""
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
