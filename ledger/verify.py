"""Whether the record holds: guards, entries, the order of the log, what was signed, what is
published, and what others have kept."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from django.db import connection

from core.fields import unseal
from ledger import folders, keys, log
from ledger.models import Checkpoint, Key
from ledger.record import CITY_REF, SEALED_DATA, commit_to, commit_to_text, leaf_hash
from ledger.sequencer import leaf_tiles
from ledger.trouble import NotBegun, RecordTrouble
from tlog import tree
from tlog.checkpoint import Head, parse_head
from tlog.files import Writer, read
from tlog.note import NoteError, parse, parse_vkey, verified
from tlog.tiles import WIDTH, FolderTiles, Growth, TiledTree, TileMissing

BATCH = 2_000
# Plain rows, not models: a million of them are read in one go.
ROWS = """
SELECT e.id, e.case_ref::text, e.case_seq, e.type, e.part::text, e.from_state, e.to_state,
    e.holder, e.clock, e.actor_role, e.actor_district, e.actor_commit, e.data_commit,
    e.lineage::text, e.effective_at, e.at, e.prev, e.leaf, s.actor_salt, s.actor_id,
    s.data_salt, s.data
FROM ledger_entry e LEFT JOIN ledger_salt s ON s.ref = e.salt_ref
WHERE e.id > %s ORDER BY e.id LIMIT %s
"""
KEPT = ("entry", "salt", "pending", "leaf", "checkpoint", "key", "witness", "cosignature")
TRIGGERS = {f"ledger_{name}_{guard}" for name in KEPT for guard in ("keep", "keep_all")} | {
    "ledger_entry_instant", "ledger_entry_open_first", "ledger_entry_seal", "ledger_entry_waits",
    "ledger_leaf_next", "ledger_checkpoint_next", "ledger_key_dated", "ledger_witness_dated",
    "ledger_cosignature_dated",
}  # fmt: skip
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

#: Told from time to time how far the check is.
Progress = Callable[[str], None]
#: The roots that must be found at a size, each with the words for where it is not.
Wanted = dict[int, list[tuple[bytes, str]]]


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing found that does not hold."""

    entry_id: int | None
    what: str


class Unsound(Exception):
    """Something does not hold: what, and at which entry."""

    def __init__(self, what: str, entry_id: int | None = None) -> None:
        super().__init__(what)
        self.entry_id = entry_id


def verify(retained: Sequence[str] = (), progress: Progress = lambda said: None) -> Fault | None:
    """Check the whole record; returns the first fault, or None where it holds.

    Whoever holds database, keys and folders can make another record that holds in itself: that
    takes a checkpoint which somebody else has kept.

    Args:
        retained: such checkpoints; the record must begin with what they say.
        progress: told from time to time how far the check is.
    """
    try:
        _check_guards()
        _check_entries(progress)
        _check_order()
        _check_log(retained, progress)
    except (Unsound, RecordTrouble, NoteError) as error:
        return Fault(getattr(error, "entry_id", None), str(error))
    return None


def _check_guards() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
            " AND tgrelid::regclass::text = ANY(%s)",
            [[f"ledger_{name}" for name in KEPT]],
        )
        gone = TRIGGERS - {name for (name,) in cursor.fetchall()}
    if gone:
        raise Unsound(f"guards missing or off: {', '.join(sorted(gone))}")


class Line(NamedTuple):
    """An entry as `ROWS` gives it, with what opens it; None where that was forgotten."""

    pk: int
    case_ref: str
    case_seq: int
    type: str
    part: str | None
    from_state: str
    to_state: str
    holder: str
    clock: str
    actor_role: str
    actor_district: str
    actor_commit: bytes
    data_commit: bytes
    lineage: str | None
    effective_at: datetime | None
    at: datetime
    prev: bytes
    leaf: bytes
    actor_salt: bytes | None
    actor_id: int | None
    data_salt: bytes | None
    data: str | None


def _check_entries(progress: Progress) -> None:
    """Each entry by itself and after the one before it in its case, in the order of writing."""
    heads: dict[str, tuple[int, bytes, datetime | None]] = {}
    for done, entry in enumerate(_entries(), 1):
        head = heads.get(entry.case_ref, (0, b"", None))
        if what := _fault_of(entry, *head) or _fault_of_salt(entry):
            raise Unsound(what, entry.pk)
        heads[entry.case_ref] = (entry.case_seq, bytes(entry.leaf), entry.at)
        if done % BATCH == 0:
            progress(f"{done} entries")


def _entries() -> Iterator[Line]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(ROWS, [last, BATCH])
            batch = [Line(*row) for row in cursor.fetchall()]
        if not batch:
            return
        yield from batch
        last = batch[-1].pk


def _fault_of(entry: Line, seq: int, leaf: bytes, at: datetime | None) -> str:
    if entry.case_seq != seq + 1:
        return f"number {entry.case_seq} in its case, {seq + 1} expected"
    if bytes(entry.prev) != leaf:
        return "does not follow the entry before it"
    if at and entry.at < at and entry.case_ref != str(CITY_REF):
        return "earlier than the entry before it"
    if bytes(entry.leaf) != leaf_hash(entry):
        return "its content does not match its hash"
    return ""


def _fault_of_salt(entry: Line) -> str:
    """A salt may be forgotten, never exchanged: it says who the actor was and what was said."""
    if entry.actor_salt is None or entry.data_salt is None:
        return ""
    if commit_to(bytes(entry.actor_salt), entry.actor_id) != bytes(entry.actor_commit):
        return "its salt names another person"
    if not entry.data:  # entries of the first release kept no data
        return ""
    try:
        text = unseal(entry.data, purpose=SEALED_DATA)
    except (InvalidTag, KeyError, ValueError):
        return "its kept data cannot be opened"
    opened = commit_to_text(bytes(entry.data_salt), text)
    return "" if opened == bytes(entry.data_commit) else "its kept data is not what it commits to"


def _check_order() -> None:
    with connection.cursor() as cursor:
        # A salt is written with its entry and only ever forgotten alone.
        cursor.execute(
            "SELECT s.ref FROM ledger_salt s LEFT JOIN ledger_entry e ON e.salt_ref = s.ref"
            " WHERE e.id IS NULL LIMIT 1"
        )
        if found := cursor.fetchone():
            raise Unsound(f"the entry of salt {found[0]} is gone")
        for what, query in ORDER.items():
            cursor.execute(query)
            if found := cursor.fetchone():
                raise Unsound(what.format(found[1]), found[0])


def _check_log(retained: Sequence[str], progress: Progress) -> None:
    wanted: Wanted = defaultdict(list)
    size = log.size()
    for text in retained:
        _want_kept(text, size, wanted)
    for row in Checkpoint.objects.order_by("epoch", "size").iterator():
        _want_row(row, size, wanted)
    newest = Checkpoint.objects.order_by("-epoch", "-size").first()
    if newest:
        _want_signed(newest, size, wanted)
        _check_published(newest)
        for what in missing_of_ended():
            raise Unsound(what)
    elif log.signed_epochs():
        raise Unsound("checkpoints were signed, the database knows none")
    _walk(size, wanted, newest, progress)


def _want_kept(text: str, size: int, wanted: Wanted) -> None:
    """What others kept is of this log, by its keys, and no larger than the record."""
    note = parse(text)
    head = parse_head(note.text)
    base, _, epoch = head.origin.rpartition("/")
    try:
        ours = base == keys.base() and epoch.isdigit()
    except NotBegun as error:
        raise Unsound("the checkpoint given is of another log: this one has not begun") from error
    known = keys.log_verifiers(int(epoch)) if ours else []
    if not known:
        raise Unsound(f"the checkpoint given is of another log: {head.origin}")
    verified(note, known)
    said = f"the checkpoint given of {head.size} entries"
    if head.size > size:
        raise Unsound(f"{said} was signed, the record has {size}")
    wanted[head.size].append((head.root, f"{said} is not what the record begins with"))


def _want_row(row: Checkpoint, size: int, wanted: Wanted) -> None:
    note = parse(row.note)
    name = f"checkpoint {row.size} of epoch {row.epoch}"
    head = Head(keys.origin(row.epoch), row.size, bytes(row.root))
    if note.text != head.text():
        raise Unsound(f"{name} does not say what its note says")
    found = Key.objects.filter(purpose=keys.LOG, epoch=row.epoch, from_size__lt=max(row.size, 1))
    in_force = found.order_by("id").last()
    if in_force is None:
        raise Unsound(f"no key of epoch {row.epoch} signs {row.size} entries")
    try:
        verified(note, [parse_vkey(in_force.vkey)])
    except NoteError as error:
        raise Unsound(f"{name} is not by the key in force: {error}") from error
    if row.size > size:
        raise Unsound(f"{name} was signed, the record has {size} entries")
    wanted[row.size].append((head.root, f"{name} has another root than the record"))


def _want_signed(newest: Checkpoint, size: int, wanted: Wanted) -> None:
    """The file apart from the database says at most what the database has."""
    later = [epoch for epoch in log.signed_epochs() if epoch > newest.epoch]
    if later:
        raise Unsound(f"epoch {later[-1]} was signed, the database knows {newest.epoch}")
    head = log.last_signed(newest.epoch)
    if head is None:
        raise Unsound(f"signed/{newest.epoch} is missing")
    if head.size > size:
        raise Unsound(f"{head.size} entries were signed, the record has {size}")
    wanted[head.size].append((head.root, f"signed/{newest.epoch} is not what the record is"))


def _check_published(newest: Checkpoint) -> None:
    folder = folders.epoch_folder(newest.epoch)
    told = read(folders.public() / "keys.json")
    if told is None or json.loads(told) != keys.published():
        raise Unsound("the published keys.json is not that of the database")
    if read(folder / "checkpoint") != log.checkpoint_of(newest).note.encode():
        raise Unsound("the published checkpoint is not the newest one")
    rows = Checkpoint.objects.filter(epoch=newest.epoch).order_by("size")
    for size, note in rows.values_list("size", "note").iterator():
        content = read(folder / "checkpoints" / str(size)) or b""
        if not content.startswith(note.encode()):
            raise Unsound(f"the published checkpoints/{size} is missing or another")


def missing_of_ended() -> Iterator[str]:
    """Yield what is wrong with the public files of each epoch that has ended, from the files alone.

    They cannot be written again from a database that was restored to before their end: they have
    to be put back from a copy of the public folder.
    """
    present = keys.epoch()
    for epoch in log.signed_epochs():
        if epoch < present and (what := _fault_of_ended(epoch)):
            yield f"public/{epoch}: {what}; put it back from a copy"


def _fault_of_ended(epoch: int) -> str:
    folder = folders.epoch_folder(epoch)
    content = read(folder / "checkpoint")
    if content is None:
        return "its checkpoint is missing"
    try:
        signed, note = log.last_signed(epoch), parse(content.decode())
        verified(note, keys.log_verifiers(epoch))
        head = parse_head(note.text)
        if signed is None or head.size > signed.size:
            return "its checkpoint is not what was signed"
        found = tree.root(TiledTree(FolderTiles(folder), head.size), head.size)
    except (NoteError, RecordTrouble, UnicodeDecodeError) as error:
        return str(error)
    except TileMissing as error:
        return f"a tile is missing ({error})"
    return "" if found == head.root else "its tiles are not those of its checkpoint"


def _walk(size: int, wanted: Wanted, newest: Checkpoint | None, progress: Progress) -> None:
    """Read every leaf once: roots at the sizes that were signed, tiles as they are published."""
    published = newest.size if newest else 0
    folder = folders.epoch_folder(newest.epoch if newest else 1)
    growth = Growth(Compared(folders.public()), folder, TiledTree(FolderTiles(folder), 0))
    grown = tree.Growing()
    for hashes, entries in leaf_tiles(0, size):
        part = min(len(hashes), published - grown.size)
        if part > 0:
            growth.add(hashes[:part], entries[:part])
        for leaf in hashes:
            grown.add(leaf)
            for root, what in wanted.get(grown.size, ()):
                if grown.root() != root:
                    raise Unsound(what)
        if grown.size % (WIDTH * 40) == 0:
            progress(f"{grown.size} of {size} leaves")
    growth.finish()


class Compared(Writer):
    """Takes the place of a writer: what would be written must be there already."""

    def put_if_other(self, path: Path, content: bytes) -> None:
        """Compare a published file.

        Raises:
            Unsound: it is missing, or another.
        """
        found = read(path)
        if found != content:
            name = path.relative_to(self.top)
            raise Unsound(f"the published {name} is {'missing' if found is None else 'another'}")

    def remove_folder(self, folder: Path) -> None:
        """Nothing is removed."""
