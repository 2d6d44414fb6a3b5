"""Whether the record holds: guards, entries, the order of the log, what was signed, what is
published, and what others have kept."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from django.db import connection

from core.fields import unseal
from ledger import folders, keys, log
from ledger.models import Checkpoint, Entry, Key
from ledger.record import CITY_REF, SEALED_DATA, commit_to, commit_to_text, leaf_hash
from ledger.sequencer import leaf_tiles
from ledger.trouble import NotBegun, RecordTrouble
from tlog import tree
from tlog.checkpoint import Head, head_of, verified_head
from tlog.files import Writer, read
from tlog.note import NoteError, Verifier, parse, parse_vkey, verified
from tlog.tiles import WIDTH, FolderTiles, Growth, TiledTree, TileMissing

BATCH = 2_000
ANOTHER_LOG = "the checkpoint given is of another log"
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
    "ledger_cosignature_dated", "ledger_key_owner", "ledger_witness_owner",
    "ledger_checkpoint_epoch",
}  # fmt: skip
GUARDS: dict[str, str] = {
    "guards missing or off: {}": """
        SELECT NULL, string_agg(guard, ', ' ORDER BY guard COLLATE "C")
        FROM unnest(%s::text[]) AS guard WHERE NOT EXISTS (
            SELECT 1 FROM pg_trigger WHERE tgname = guard AND NOT tgisinternal
            AND tgenabled IN ('O', 'A') AND tgrelid::regclass::text = ANY(%s)
        ) HAVING count(*) > 0
    """,
}
#: What breaks the order of the log, as queries that return the first entry or leaf that does.
ORDER: dict[str, str] = {
    # A salt is written with its entry and only ever forgotten alone.
    "the entry of salt {} is gone": """
        SELECT NULL, s.ref FROM ledger_salt s LEFT JOIN ledger_entry e ON e.salt_ref = s.ref
        WHERE e.id IS NULL LIMIT 1
    """,
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
#: What was signed, with the words for a record that is shorter, or has another root at that size.
Signed = tuple[Head, str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    entry_id: int | None
    what: str


class Unsound(Exception):
    def __init__(self, what: str, entry_id: int | None = None) -> None:
        super().__init__(what)
        self.entry_id = entry_id


def verify(retained: Sequence[str] = (), progress: Progress = lambda said: None) -> Fault | None:
    """The first fault, or None where the record holds.

    Whoever holds database, keys and folders can make another record that holds in itself: it must
    begin with what the `retained` checkpoints say, which somebody else has kept.
    """
    try:
        _check_rows(GUARDS, list(TRIGGERS), [f"ledger_{name}" for name in KEPT])
        _check_entries(progress)
        _check_rows(ORDER)
        _check_keys()
        _check_log(retained, progress)
    except (Unsound, RecordTrouble, NoteError) as error:
        return Fault(getattr(error, "entry_id", None), str(error))
    return None


def _check_rows(queries: dict[str, str], *parameters: list[str]) -> None:
    with connection.cursor() as cursor:
        for what, query in queries.items():
            cursor.execute(query, parameters or None)
            if found := cursor.fetchone():
                raise Unsound(what.format(found[1]), found[0])


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
    last = done = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(ROWS, [last, BATCH])
            batch = [Line(*row) for row in cursor.fetchall()]
        for entry in batch:
            seq, leaf, at = heads.get(entry.case_ref, (0, b"", None))
            if entry.case_seq != seq + 1:
                raise Unsound(f"number {entry.case_seq} in its case, {seq + 1} expected", entry.pk)
            if bytes(entry.prev) != leaf:
                raise Unsound("does not follow the entry before it", entry.pk)
            if at and entry.at < at and entry.case_ref != str(CITY_REF):
                raise Unsound("earlier than the entry before it", entry.pk)
            if bytes(entry.leaf) != leaf_hash(entry):
                raise Unsound("its content does not match its hash", entry.pk)
            if what := _fault_of_salt(entry):
                raise Unsound(what, entry.pk)
            heads[entry.case_ref] = (entry.case_seq, bytes(entry.leaf), entry.at)
        if len(batch) < BATCH:
            return
        last, done = batch[-1].pk, done + BATCH
        progress(f"{done} entries")


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


def _check_keys() -> None:
    """Each key is the first, or somebody who had the right to introduced it."""
    trusted: list[Verifier] = []
    for key in Key.objects.order_by("id"):
        new = parse_vkey(key.vkey)
        if trusted and not (_introduced(key, new, trusted) or _told_of(key, new)):
            raise Unsound(f"the key {new.name} ({new.key_id.hex()}) was introduced by nobody")
        if key.purpose == keys.LOG:
            trusted.append(new)


def _introduced(key: Key, new: Verifier, by: list[Verifier]) -> bool:
    try:
        note = parse(key.handover)
        verified(note, by)
    except NoteError:
        return False
    return note.text == keys.introduction(key.purpose, new)


def _told_of(key: Key, new: Verifier) -> bool:
    """Where the key before it was lost, only the record tells of the new one; and of what the
    record has lost with the end of an epoch, the declared gap."""
    entries = Entry.objects.filter(case_ref=CITY_REF)
    rotated = entries.filter(type="key.rotated", to_state=keys.digest(new)).exists()
    gaps = entries.filter(type="record.gap_declared")
    begun = gaps.filter(to_state=f"epoch_{key.epoch}").exists()
    first = not Key.objects.filter(purpose=keys.LOG, epoch=key.epoch, id__lt=key.pk).exists()
    lost = gaps.filter(from_state__startswith=f"epoch_{key.epoch}_").exists()
    return rotated or lost or (begun and first and key.purpose == keys.LOG)


def _check_log(retained: Sequence[str], progress: Progress) -> None:
    """Every leaf is read once: roots at the sizes that were signed, tiles as they are published."""
    size, wanted = log.size(), defaultdict[int, list[tuple[bytes, str]]](list)
    for head, shorter, another in chain(_kept_heads(retained, size), _own_heads(size)):
        if head.size > size:
            raise Unsound(shorter)
        wanted[head.size].append((head.root, another))
    newest = Checkpoint.objects.order_by("-epoch", "-size").first()
    if newest:
        _check_published(newest)
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
            for root, another in wanted.get(grown.size, ()):
                if grown.root() != root:
                    raise Unsound(another)
        if grown.size % (WIDTH * 40) == 0:
            progress(f"{grown.size} of {size} leaves")
    growth.finish()


def _kept_heads(retained: Sequence[str], size: int) -> Iterator[Signed]:
    """What others kept is of this log and by its keys."""
    for text in retained:
        head = head_of(text)
        base, _, epoch = head.origin.rpartition("/")
        try:
            ours = base == keys.base() and epoch.isdigit()
        except NotBegun as error:
            raise Unsound(f"{ANOTHER_LOG}: this one has not begun") from error
        known = keys.log_verifiers(int(epoch)) if ours else []
        if not known:
            raise Unsound(f"{ANOTHER_LOG}: {head.origin}")
        verified(parse(text), known)
        said = f"the checkpoint given of {head.size} entries"
        shorter = f"{said} was signed, the record has {size}"
        yield head, shorter, f"{said} is not what the record begins with"


def _own_heads(size: int) -> Iterator[Signed]:
    """Each row is by the key that was in force; the file apart from the database says no more."""
    newest = 0
    for row in Checkpoint.objects.order_by("epoch", "size").iterator():
        note, name = parse(row.note), f"checkpoint {row.size} of epoch {row.epoch}"
        head = Head(keys.origin(row.epoch), row.size, bytes(row.root))
        if note.text != head.text():
            raise Unsound(f"{name} does not say what its note says")
        found = Key.objects.filter(purpose=keys.LOG, epoch=row.epoch)
        in_force = found.filter(from_size__lt=max(row.size, 1)).order_by("id").last()
        if in_force is None:
            raise Unsound(f"no key of epoch {row.epoch} signs {row.size} entries")
        try:
            verified(note, [parse_vkey(in_force.vkey)])
        except NoteError as error:
            raise Unsound(f"{name} is not by the key in force: {error}") from error
        shorter = f"{name} was signed, the record has {size} entries"
        yield head, shorter, f"{name} has another root than the record"
        newest = row.epoch
    epochs = log.signed_epochs()
    if not newest:
        if epochs:
            raise Unsound("checkpoints were signed, the database knows none")
        return
    if epochs and epochs[-1] > newest:
        raise Unsound(f"epoch {epochs[-1]} was signed, the database knows {newest}")
    last = log.last_signed(newest)
    if last is None:
        raise Unsound(f"signed/{newest} is missing")
    shorter = f"{last.size} entries were signed, the record has {size}"
    yield last, shorter, f"signed/{newest} is not what the record is"


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
    for what in missing_of_ended():
        raise Unsound(what)


def missing_of_ended() -> Iterator[str]:
    """What is wrong with the public files of each epoch that has ended, by the files alone: a
    database restored to before their end cannot give them back."""
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
        signed = log.last_signed(epoch)
        head = verified_head(content.decode(), keys.log_verifiers(epoch))
        if signed is None or head.size > signed.size:
            return "its checkpoint is not what was signed"
        found = tree.root(TiledTree(FolderTiles(folder), head.size), head.size)
    except (NoteError, RecordTrouble, UnicodeDecodeError) as error:
        return str(error)
    except TileMissing as error:
        return f"a tile is missing ({error})"
    return "" if found == head.root else "its tiles are not those of its checkpoint"


class Compared(Writer):
    """Takes the place of a writer: what would be written must be there already."""

    def put_if_other(self, path: Path, content: bytes) -> None:
        found = read(path)
        if found != content:
            name = path.relative_to(self.top)
            raise Unsound(f"the published {name} is {'missing' if found is None else 'another'}")

    def remove_folder(self, folder: Path) -> None:
        """Nothing is removed."""
