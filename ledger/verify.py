"""Whether the record holds: order, time, hashes and the rules that keep it append-only."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from ledger.models import Entry, Salt
from ledger.queries import since
from ledger.record import CITY_REF, commit_to

BATCH = 2_000
KEPT = ("entry", "salt", "pending", "leaf", "checkpoint", "key", "witness", "cosignature")
TRIGGERS = {f"ledger_{name}_{guard}" for name in KEPT for guard in ("keep", "keep_all")} | {
    "ledger_entry_instant", "ledger_entry_open_first", "ledger_entry_seal", "ledger_entry_waits",
    "ledger_leaf_next", "ledger_checkpoint_next", "ledger_key_dated", "ledger_witness_dated",
    "ledger_cosignature_dated",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing found that does not hold."""

    entry_id: int | None
    what: str


def canonical(entry: Entry) -> str:
    """Return the canonical JSON of an entry, as the database hashes it."""
    return json.dumps(
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
        },
        sort_keys=True,
        separators=(",", ":"),
    )


def leaf_hash(entry: Entry) -> bytes:
    """Return SHA256(0x00 || canonical JSON), the leaf hash of RFC 6962."""
    return hashlib.sha256(b"\x00" + canonical(entry).encode()).digest()


def verify(progress: Callable[[int], None] = lambda done: None) -> Fault | None:
    """Check the whole record; returns the first fault, or None where it holds.

    A tail that was cut off together with its salts cannot be seen from here: that takes a
    checkpoint which somebody else has kept.
    """
    return _missing_guard() or _first_bad_entry(progress) or _lost_entry()


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


def _entries() -> Iterator[tuple[Entry, Salt | None]]:
    """Yield the record in the order of writing with what opens it, a batch at a time."""
    last = 0
    while batch := list(since(last, BATCH)):
        salts: Mapping[UUID, Salt] = Salt.objects.in_bulk([entry.salt_ref for entry in batch])
        yield from ((entry, salts.get(entry.salt_ref)) for entry in batch)
        last = batch[-1].pk


def _first_bad_entry(progress: Callable[[int], None]) -> Fault | None:
    heads: dict[UUID, tuple[int, bytes, datetime]] = {}
    for done, (entry, salt) in enumerate(_entries(), 1):
        head = heads.get(entry.case_ref)
        if what := _fault_of(entry, head) or _fault_of_salt(entry, salt):
            return Fault(entry.pk, what)
        heads[entry.case_ref] = (entry.case_seq, bytes(entry.leaf), entry.at)
        if done % BATCH == 0:
            progress(done)
    return None


def _fault_of(entry: Entry, head: tuple[int, bytes, datetime] | None) -> str:
    seq, leaf, at = head or (0, b"", None)
    if entry.case_seq != seq + 1:
        return f"number {entry.case_seq} in its case, {seq + 1} expected"
    if bytes(entry.prev) != leaf:
        return "does not follow the entry before it"
    if at and entry.at < at and entry.case_ref != CITY_REF:
        return "earlier than the entry before it"
    if bytes(entry.leaf) != leaf_hash(entry):
        return "its content does not match its hash"
    return ""


def _fault_of_salt(entry: Entry, salt: Salt | None) -> str:
    """A salt may be forgotten, never exchanged: it says who the actor was."""
    if salt is None:
        return ""
    opened = commit_to(bytes(salt.actor_salt), salt.actor_id)
    return "" if opened == bytes(entry.actor_commit) else "its salt names another person"
