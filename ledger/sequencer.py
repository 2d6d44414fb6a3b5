"""The one who gives entries their place in the log and signs what the log has become.

Each step lasts before the next begins, and each is found again where a kill left it:
integrate, tiles, check, sign, `signed/<epoch>` (outside the database), row, publish. What was
signed is a file that no restore of the database turns back: a tree that does not begin with it
is never signed.
"""

import fcntl
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection

from ledger import folders, keys, log
from ledger.log import last_signed, signed_epochs
from ledger.models import Checkpoint
from ledger.trouble import NotBegun, RecordForked, RecordGap, RecordTrouble
from tlog import tree
from tlog.checkpoint import Head, head_of
from tlog.files import Writer, read
from tlog.note import joined, sign
from tlog.tiles import WIDTH, FolderTiles, Growth, TiledTree, TileMissing, kept_partials

logger = logging.getLogger(__name__)

BATCH = 2_000
MOST_A_RUN = 50_000  # the rest waits for the next poke
READ_WHOLE = 65_536  # leaves; a larger log is read as a whole once in WHOLE_EVERY seconds
WHOLE_EVERY = 3_600.0
HOLD, RELEASE = "SELECT pg_try_advisory_lock(4101, 2)", "SELECT pg_advisory_unlock(4101, 2)"
WAIT = "SELECT pg_advisory_lock(4101, 2) IS NOT NULL"
HELD = """
SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND granted
AND pid = pg_backend_pid() AND classid = 4101 AND objid = 2
"""
ROWS = """
SELECT l.index, l.hash, ledger_entry_canonical(e) FROM ledger_leaf l
JOIN ledger_entry e ON e.id = l.entry_id
WHERE l.index >= %s AND l.index < %s ORDER BY l.index
"""


def run() -> int:
    """How many entries were integrated; a second caller on any host returns 0 at once.

    Raises:
        RuntimeError: called inside a transaction: every step has to last before the next.
        RecordTrouble: nothing was signed, and why (gap, fork, lost key); it is logged.
    """
    with holding() as held:
        if not held:
            return 0
        try:
            return Run().all()
        except NotBegun:
            return 0
        except RecordTrouble as trouble:
            logger.error("the record is not signed: %s: %s", type(trouble).__name__, trouble)  # noqa: TRY400
            raise


@contextmanager
def holding(*, wait: bool = False) -> Iterator[bool]:
    """The only sequencer on this folder and this database; else False, unless one shall `wait`."""
    if connection.in_atomic_block:
        raise RuntimeError("the sequencer commits its own steps; call it outside a transaction")
    folders.signed().mkdir(parents=True, exist_ok=True)
    with (folders.signed() / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        held = _ask(WAIT if wait else HOLD)
        try:
            yield held
        finally:
            if held:
                _release()


class Run:
    """One run; the lock is held."""

    def __init__(self) -> None:
        self.publishing = Writer(folders.public())
        self.signing = Writer(folders.signed())
        self.last: Head | None = None

    def all(self) -> int:
        self.begin()
        taken = integrate()
        size = log.size()
        if self.last:
            self._compare(self.last)
            self._recorded()
            if read(self.folder / "checkpoint") is None:  # the public folder was lost
                self._write_anew()
        self._publish_keys()
        if size > (self.last.size if self.last else 0):
            self._grow_to(size)
            tiled = TiledTree(FolderTiles(self.folder), size)
            head = Head(keys.origin(self.epoch), size, tree.root(tiled, size))
            before = self.last or Head(head.origin, 0, tree.EMPTY_ROOT)
            proof = tree.consistency(tiled, before.size, size)
            if not tree.extends(before.size, size, before.root, head.root, proof):
                raise RecordForked(f"the tree of {size} does not extend that of {before.size}")
            by = keys.signers(self.epoch, self.last.size if self.last else 0)
            text = head.text()
            lines = [sign(text, key.name, keys.private_half(keys.LOG, key)) for key in by]
            if not _ask(HELD):  # a lost session means that somebody else may be signing
                raise RecordTrouble("the lock of the sequencer was lost")
            note = joined(text, lines)
            self.signing.put(folders.signed() / str(self.epoch), note.encode())
            self.signing.settle()
            self.last = head
            self._record(head, note)
        self.publish()
        return taken

    def begin(self) -> None:
        """Raises `RecordGap` where the database is behind what was signed."""
        self.publishing.clean()
        self.signing.clean()
        if not keys.rows(keys.LOG) and signed_epochs():
            raise RecordGap("a record was signed here, and the database knows no key of it")
        keys.ensure()
        self.epoch = keys.epoch()
        self.folder = folders.epoch_folder(self.epoch)
        self.last = last_signed(self.epoch)
        # The database must know at least what was signed, and which epochs there were.
        later = [epoch for epoch in signed_epochs() if epoch > self.epoch]
        if later:
            raise RecordGap(f"epoch {later[-1]} was signed, the database knows {self.epoch}")
        size = log.size()
        if self.last and size < self.last.size:
            raise RecordGap(f"{self.last.size} entries were signed, the database has {size}")
        if self.last is None and Checkpoint.objects.filter(epoch=self.epoch).exists():
            raise RecordGap(f"signed/{self.epoch} is lost: what was signed cannot be known")

    def rebuild(self) -> None:
        self.begin()
        if self.last is not None:
            self._compare(self.last, whole=True)
            self._recorded()
            self._write_anew()
        self.publish()

    def check(self) -> None:
        """Refuse, as a run would, where the database is not what was signed."""
        if self.last:
            self._compare(self.last, whole=True)

    def _write_anew(self) -> None:
        rows = Checkpoint.objects.filter(epoch=self.epoch).order_by("size")
        before = 0
        for size in kept_partials(list(rows.values_list("size", flat=True))):
            self._grow(before, size)
            before = size
        for partial in self.folder.glob("tile/**/*.p"):
            if partial.with_suffix("").is_file():
                self.publishing.remove_folder(partial)
        for row in rows.iterator():
            self._publish_kept(row)

    def _compare(self, head: Head, *, whole: bool = False) -> None:
        """The database must begin with what was signed. The whole of it is read before each
        signature where that is quick; else, and where nothing is new, hourly."""
        if head.origin != keys.origin(self.epoch):
            raise RecordForked(f"{head.origin} was signed, this is {keys.origin(self.epoch)}")
        row = Checkpoint.objects.filter(epoch=self.epoch).order_by("-size").first()
        if row and row.size >= head.size:
            known = head.root
            if row.size > head.size:
                # A folder put back from a copy may be older than the database, never another.
                self.last = head_of(row.note)
                known = log.database_root(row.size)
            if bytes(row.root) != known:
                raise RecordForked(f"the checkpoint of {row.size} is not what was signed")
        stamp = folders.signed() / f".compared-{self.epoch}"
        due = (
            (head.size <= READ_WHOLE and log.size() > head.size)
            or not stamp.exists()
            or time.time() - stamp.stat().st_mtime > WHOLE_EVERY
        )
        if whole or due:
            if log.database_root(head.size) != head.root:
                raise RecordForked(f"the first {head.size} entries are not those that were signed")
            stamp.touch()

    def _recorded(self) -> None:
        """What was signed before a kill gets its row, and is published before more is signed."""
        content = (folders.signed() / str(self.epoch)).read_text(encoding="utf-8")
        head = head_of(content)
        rows = Checkpoint.objects.filter(epoch=self.epoch, size__gte=head.size)
        row = rows.order_by("size").first()
        if row is None:
            self._grow_to(head.size)
            self._record(head, content)
        else:
            self._publish_kept(row)
        self.publishing.settle()

    def _grow_to(self, size: int) -> None:
        """Grow the published tiles from what was signed; from nothing where they are damaged."""
        before = 0
        if self.last and self.last.size < size:
            tiled = TiledTree(FolderTiles(self.folder), self.last.size)
            with suppress(TileMissing):
                whole = tree.root(tiled, self.last.size) == self.last.root
                before = self.last.size if whole else 0
        self._grow(before, size)

    def _grow(self, before: int, size: int) -> None:
        tiled = TiledTree(FolderTiles(self.folder), before)
        growth = Growth(self.publishing, self.folder, tiled)
        for hashes, entries in leaf_tiles(before - before % WIDTH, size):
            growth.add(hashes, entries)
        growth.finish()

    def _record(self, head: Head, note: str) -> None:
        row = Checkpoint.objects.create(epoch=self.epoch, size=head.size, root=head.root, note=note)
        self._publish_kept(row)

    def _publish_kept(self, row: Checkpoint) -> None:
        path = self.folder / "checkpoints" / str(row.size)
        self.publishing.put_if_other(path, log.checkpoint_of(row).note.encode())

    def _publish_keys(self) -> None:
        """Before a checkpoint that needs them, and apart from the database too: a restore must not
        lose who signed what."""
        text = json.dumps(keys.published(), ensure_ascii=False, indent=1) + "\n"
        self.signing.put_if_other(folders.signed() / "keys.json", text.encode())
        self.signing.settle()
        self.publishing.put_if_other(folders.public() / "keys.json", text.encode())
        self.publishing.settle()

    def publish(self) -> None:
        self._publish_keys()
        row = Checkpoint.objects.filter(epoch=self.epoch).order_by("-size").first()
        if row is not None:
            self._publish_kept(row)
            self.publishing.settle()
            newest = log.checkpoint_of(row).note.encode()
            self.publishing.put_if_other(self.folder / "checkpoint", newest)
        self.publishing.settle()
        keys.retire(self.epoch, self.last.size if self.last else 0)

    def publish_cosigned(self, row: Checkpoint) -> None:
        self.begin()
        if row.epoch == self.epoch:
            self._publish_kept(row)
        self.publish()


def integrate() -> int:
    total = 0
    with connection.cursor() as cursor:
        while total < MOST_A_RUN:
            cursor.execute("SELECT ledger_integrate(%s)", [BATCH])
            taken = cursor.fetchone()[0] or 0
            total += taken
            if taken < BATCH:
                break
    return total


def leaf_tiles(first: int, size: int) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Hashes and entries of each tile of leaves in [first, size); `first` begins a tile. Raises
    `RecordForked` where an entry is not what its hash says."""
    for start in range(first, size, log.CHUNK):
        with connection.cursor() as cursor:
            cursor.execute(ROWS, [start, min(start + log.CHUNK, size)])
            rows = [(place, bytes(found), text.encode()) for place, found, text in cursor]
        for place, found, text in rows:
            if tree.leaf_hash(text) != found:
                raise RecordForked(f"entry {place} of the log is not what its hash says")
        for at in range(0, len(rows), WIDTH):
            part = rows[at : at + WIDTH]
            yield [row[1] for row in part], [row[2] for row in part]


def _ask(sql: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        answer: bool = cursor.fetchone()[0]
    return answer


def _release() -> None:
    """A session that is gone has released its locks."""
    try:
        _ask(RELEASE)
    except DatabaseError:
        connection.close()
