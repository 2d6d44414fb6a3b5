"""Whether the record holds: order, time, hashes and the rules that keep it append-only."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from django.db import connection

from core.fields import unseal
from ledger.faults import Fault
from ledger.models import Entry
from ledger.record import CITY_REF, SEALED_DATA, commit_to, commit_to_text
from ledger.verify_log import first_fault

BATCH = 2_000
ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
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


def canonical(entry: Entry | Line) -> str:
    """Return the canonical JSON of an entry, as the database hashes it."""
    return ENCODE(
        {
            "v": 1,
            "case_ref": str(entry.case_ref),
            "case_seq": entry.case_seq,
            "type": entry.type,
            "part": str(entry.part or ""),
            "from": entry.from_state,
            "to": entry.to_state,
            "holder": entry.holder,
            "clock": entry.clock,
            "actor_role": entry.actor_role,
            "actor_district": entry.actor_district,
            "actor_commit": bytes(entry.actor_commit).hex(),
            "data_commit": bytes(entry.data_commit).hex(),
            "lineage": str(entry.lineage or ""),
            "effective_at": _instant(entry.effective_at),
            "at": _instant(entry.at),
            "prev": bytes(entry.prev).hex(),
        }
    )


def leaf_hash(entry: Entry | Line) -> bytes:
    """Return SHA256(0x00 || canonical JSON), the leaf hash of RFC 6962."""
    return hashlib.sha256(b"\x00" + canonical(entry).encode()).digest()


def verify(
    retained: Sequence[str] = (), progress: Callable[[str], None] = lambda said: None
) -> Fault | None:
    """Check the whole record; returns the first fault, or None where it holds.

    Whoever holds database, keys and folders can make another record that holds in itself: that
    takes a checkpoint which somebody else has kept.

    Args:
        retained: such checkpoints; the record must begin with what they say.
        progress: told from time to time how far the check is.
    """
    return (
        _missing_guard()
        or _first_bad_entry(progress)
        or _lost_entry()
        or first_fault(retained, progress)
    )


def _instant(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else ""


def _missing_guard() -> Fault | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
            " AND tgrelid::regclass::text = ANY(%s)",
            [[f"ledger_{name}" for name in KEPT]],
        )
        gone = TRIGGERS - {name for (name,) in cursor.fetchall()}
    return Fault(None, f"guards missing or off: {', '.join(sorted(gone))}") if gone else None


def _lost_entry() -> Fault | None:
    """A salt is written with its entry and only ever forgotten alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.ref FROM ledger_salt s LEFT JOIN ledger_entry e ON e.salt_ref = s.ref"
            " WHERE e.id IS NULL LIMIT 1"
        )
        found = cursor.fetchone()
    return Fault(None, f"the entry of salt {found[0]} is gone") if found else None


def _entries() -> Iterator[Line]:
    """Yield the record in the order of writing with what opens it, a batch at a time."""
    last = 0
    while batch := _after(last):
        yield from batch
        last = batch[-1].pk


def _after(entry_id: int) -> list[Line]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [entry_id, BATCH])
        return [Line(*row) for row in cursor.fetchall()]


def _first_bad_entry(progress: Callable[[str], None]) -> Fault | None:
    heads: dict[str, tuple[int, bytes, datetime]] = {}
    for done, entry in enumerate(_entries(), 1):
        head = heads.get(entry.case_ref)
        if what := _fault_of(entry, head) or _fault_of_salt(entry):
            return Fault(entry.pk, what)
        heads[entry.case_ref] = (entry.case_seq, bytes(entry.leaf), entry.at)
        if done % BATCH == 0:
            progress(f"{done} entries")
    return None


def _fault_of(entry: Line, head: tuple[int, bytes, datetime] | None) -> str:
    seq, leaf, at = head or (0, b"", None)
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
    return _fault_of_data(bytes(entry.data_salt), entry.data or "", bytes(entry.data_commit))


def _fault_of_data(salt: bytes, sealed: str, commit: bytes) -> str:
    """Entries of the first release kept no data."""
    if not sealed:
        return ""
    try:
        text = unseal(sealed, purpose=SEALED_DATA)
    except (InvalidTag, KeyError, ValueError):
        return "its kept data cannot be opened"
    opened = commit_to_text(salt, text)
    return "" if opened == commit else "its kept data is not what it commits to"
