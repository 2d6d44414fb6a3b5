"""Whether the log holds: its order, what was signed, what is published, what others have kept."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from django.db import connection

from ledger import ended, folders, keys, log, merkle, sequencer
from ledger.faults import Fault
from ledger.heads import Head, parse_head
from ledger.models import Checkpoint, Key
from ledger.note import NoteError, Verifier, parse, parse_vkey, verified
from ledger.tiles import WIDTH, FolderTiles, Growth, TiledTree
from ledger.trouble import NotBegun, RecordTrouble

#: What breaks the order of the log, as queries that return the first entry or leaf that does.
ORDER: dict[str, str] = {
    "leaf {} is not at the place after the one before it": """
        SELECT NULL, index FROM (
            SELECT index, row_number() OVER (ORDER BY index) - 1 AS place FROM ledger_leaf
        ) placed WHERE index <> place ORDER BY index LIMIT 1
    """,
    "leaf {} has not the hash of its entry": """
        SELECT l.entry_id, l.index FROM ledger_leaf l LEFT JOIN ledger_entry e ON e.id = l.entry_id
        WHERE e.leaf IS DISTINCT FROM l.hash ORDER BY l.index LIMIT 1
    """,
    "it is neither in the log nor waiting for its place": """
        SELECT e.id, e.id FROM ledger_entry e
        WHERE NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.entry_id = e.id)
        AND NOT EXISTS (SELECT 1 FROM ledger_pending p WHERE p.entry_id = e.id)
        ORDER BY e.id LIMIT 1
    """,
    "leaf {} is in the log and waits for its place too": """
        SELECT l.entry_id, l.index FROM ledger_leaf l
        JOIN ledger_pending p ON p.entry_id = l.entry_id ORDER BY l.index LIMIT 1
    """,
    "leaf {} does not come after the entry before it in its case": """
        SELECT id, index FROM (
            SELECT e.id, l.index, e.case_seq,
                lag(e.case_seq) OVER (PARTITION BY e.case_ref ORDER BY l.index) AS before
            FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry_id
        ) ordered WHERE case_seq <> coalesce(before, 0) + 1 ORDER BY index LIMIT 1
    """,
}

#: The roots that must be found at a size, each with the words for where it is not.
Wanted = dict[int, list[tuple[bytes, str]]]


class Unsound(Exception):
    """Something does not hold; the text says what."""


def first_fault(
    retained: Sequence[str] = (), progress: Callable[[str], None] = lambda said: None
) -> Fault | None:
    """Check the log as a whole; returns the first fault.

    Args:
        retained: checkpoints that somebody kept; the log must begin with what they say.
        progress: told from time to time how far the check is.
    """
    fault = _order()
    if fault:
        return fault
    try:
        _check(retained, progress)
    except (Unsound, RecordTrouble, NoteError) as error:
        return Fault(None, str(error))
    return None


def _order() -> Fault | None:
    with connection.cursor() as cursor:
        for what, query in ORDER.items():
            cursor.execute(query)
            if found := cursor.fetchone():
                return Fault(found[0], what.format(found[1]))
    return None


def _check(retained: Sequence[str], progress: Callable[[str], None]) -> None:
    wanted: Wanted = defaultdict(list)
    size = log.size()
    try:
        _retained(retained, size, wanted)
    except NotBegun as error:
        raise Unsound("the checkpoint given is of another log: this one has not begun") from error
    for row in Checkpoint.objects.order_by("epoch", "size").iterator():
        _row(row, size, wanted)
    newest = Checkpoint.objects.order_by("-epoch", "-size").first()
    if newest is None:
        if sequencer.signed_epochs():
            raise Unsound("checkpoints were signed, the database knows none")
        _walk(size, wanted, None, progress)
        return
    _signed_file(newest, size, wanted)
    _published_files(newest)
    for what in ended.missing():
        raise Unsound(what)
    _walk(size, wanted, newest, progress)


def _retained(notes: Iterable[str], size: int, wanted: Wanted) -> None:
    """What others kept is of this log, by its keys, and no larger than the record."""
    for text in notes:
        note = parse(text)
        head = parse_head(note.text)
        base, _, epoch = head.origin.rpartition("/")
        if base != keys.base() or not epoch.isdigit() or not keys.rows(keys.LOG, int(epoch)):
            raise Unsound(f"the checkpoint given is of another log: {head.origin}")
        verified(note, keys.log_verifiers(int(epoch)))
        said = f"the checkpoint given of {head.size} entries"
        if head.size > size:
            raise Unsound(f"{said} was signed, the record has {size}")
        wanted[head.size].append((head.root, f"{said} is not what the record begins with"))


def _row(row: Checkpoint, size: int, wanted: Wanted) -> None:
    note = parse(row.note)
    name = f"checkpoint {row.size} of epoch {row.epoch}"
    head = Head(keys.origin(row.epoch), row.size, bytes(row.root))
    if note.text != head.text():
        raise Unsound(f"{name} does not say what its note says")
    try:
        verified(note, [in_force(row.epoch, row.size)])
    except NoteError as error:
        raise Unsound(f"{name} is not by the key in force: {error}") from error
    if row.size > size:
        raise Unsound(f"{name} was signed, the record has {size} entries")
    wanted[row.size].append((head.root, f"{name} has another root than the record"))


def in_force(epoch: int, size: int) -> Verifier:
    """Return the log key that signs a checkpoint of a size.

    Raises:
        Unsound: there is none.
    """
    found = Key.objects.filter(purpose=keys.LOG, epoch=epoch, from_size__lt=max(size, 1))
    key = found.order_by("id").last()
    if key is None:
        raise Unsound(f"no key of epoch {epoch} signs {size} entries")
    return parse_vkey(key.vkey)


def _signed_file(newest: Checkpoint, size: int, wanted: Wanted) -> None:
    """The file apart from the database says at most what the database has."""
    later = [epoch for epoch in sequencer.signed_epochs() if epoch > newest.epoch]
    if later:
        raise Unsound(f"epoch {later[-1]} was signed, the database knows {newest.epoch}")
    head = sequencer.last_signed(newest.epoch)
    if head is None:
        raise Unsound(f"signed/{newest.epoch} is missing")
    if head.size > size:
        raise Unsound(f"{head.size} entries were signed, the record has {size}")
    wanted[head.size].append((head.root, f"signed/{newest.epoch} is not what the record is"))


def _published_files(newest: Checkpoint) -> None:
    folder = folders.epoch_folder(newest.epoch)
    told = folders.read(folders.public() / "keys.json")
    if told is None or json.loads(told) != keys.published():
        raise Unsound("the published keys.json is not that of the database")
    if folders.read(folder / "checkpoint") != log.checkpoint_of(newest).note.encode():
        raise Unsound("the published checkpoint is not the newest one")
    rows = Checkpoint.objects.filter(epoch=newest.epoch).order_by("size")
    for size, note in rows.values_list("size", "note").iterator():
        content = folders.read(folder / "checkpoints" / str(size)) or b""
        if not content.startswith(note.encode()):
            raise Unsound(f"the published checkpoints/{size} is missing or another")


def _walk(
    size: int, wanted: Wanted, newest: Checkpoint | None, progress: Callable[[str], None]
) -> None:
    """Read every leaf once: roots at the sizes that were signed, tiles as they are published."""
    published = newest.size if newest else 0
    folder = folders.epoch_folder(newest.epoch if newest else 1)
    growth = Growth(Compared(), folder, TiledTree(FolderTiles(folder), 0))
    grown = merkle.Growing()
    for hashes, entries in sequencer.leaf_tiles(0, size):
        part = min(len(hashes), published - grown.size)
        if part > 0:
            growth.add(hashes[:part], entries[:part])
        for leaf in hashes:
            grown.add(leaf)
            _expect(grown, wanted)
        if grown.size % (WIDTH * 40) == 0:
            progress(f"{grown.size} of {size} leaves")
    growth.finish()


def _expect(grown: merkle.Growing, wanted: Wanted) -> None:
    for root, what in wanted.get(grown.size, ()):
        if grown.root() != root:
            raise Unsound(what)


class Compared:
    """Takes the place of a writer: what would be written must be there already."""

    def put_if_other(self, path: Path, content: bytes) -> None:
        """Compare a published file.

        Raises:
            Unsound: it is missing, or another.
        """
        found = folders.read(path)
        if found != content:
            name = path.relative_to(folders.public())
            raise Unsound(f"the published {name} is {'missing' if found is None else 'another'}")

    def remove_folder(self, folder: Path) -> None:
        """Nothing is removed."""

    def settle(self) -> None:
        """Nothing was written."""
