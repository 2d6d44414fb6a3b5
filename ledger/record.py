"""The only way to write the record; what an entry commits to, and the text that it is hashed as."""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from accounts.actor import Actor
from core.fields import seal
from core.locks import case_key
from core.place import present_place
from core.problems import ClockBehind
from tlog import tree

if TYPE_CHECKING:
    from ledger.models import Entry
    from ledger.verify import Line

#: The "case" under which facts of the whole city are recorded.
CITY_REF = UUID("00000000-0000-4000-8000-000000000000")

SALT_BYTES = 16
ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
CLOCK_BEHIND = "TD409"  # raised by the trigger ledger_entry_seal


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What an action says of one step; the database adds time, number and hashes.

    Args:
        type: `<thing>.<past participle>`.
        part: the permit or other part of the case that it is about.
        holder: who holds the case from now on; empty = unchanged.
        clock: what it did to which clock, for readers (`handling paused`).
        effective_at: for a breach or a deemed acceptance, the stored instant it is dated at.
        lineage: first filing that this case continues.
        data: what changed; the entry commits to it, the salt's row keeps it sealed.
    """

    case_ref: UUID
    type: str
    actor: Actor
    part: UUID | None = None
    from_state: str = ""
    to_state: str = ""
    holder: str = ""
    clock: str = ""
    effective_at: datetime | None = None
    lineage: UUID | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    id: int
    case_seq: int
    at: datetime


# Taken before the ids are drawn, so that ids of one case grow with its numbers.
LOCKS = "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key;"
INSERT_SALTS = """
INSERT INTO ledger_salt (ref, actor_id, actor_salt, data_salt, data, place) VALUES """
SEALED_DATA = "ledger_salt.data"
ANSWER = " RETURNING id, case_seq, at"
INSERT_ENTRIES = """
INSERT INTO ledger_entry (case_ref, type, part, from_state, to_state, holder, clock, actor_role,
    actor_district, actor_commit, data_commit, salt_ref, lineage, effective_at) VALUES """


def append(*entries: NewEntry, using: str = DEFAULT_DB_ALIAS) -> list[Written]:
    """Write entries in one statement; all of them bear the same instant, the database's. Must run
    inside the transaction of the act itself (over `using`), with the case's lock held. Raises
    `ClockBehind` where the case has an entry later than the (demonstration) clock."""
    salts: list[tuple[Any, ...]] = []
    rows: list[tuple[Any, ...]] = []
    for entry in entries:
        ref, actor_salt, data_salt = uuid4(), os.urandom(SALT_BYTES), os.urandom(SALT_BYTES)
        actor, text = entry.actor, text_of(entry.data)
        salts.append((
            ref, actor.user_id, actor_salt, data_salt, seal(text, purpose=SEALED_DATA),
            present_place(),
        ))  # fmt: skip
        rows.append((
            entry.case_ref, entry.type, entry.part, entry.from_state, entry.to_state, entry.holder,
            entry.clock, actor.role, actor.district, commit_to(actor_salt, actor.user_id),
            commit_to_text(data_salt, text), ref, entry.lineage, entry.effective_at,
        ))  # fmt: skip
    locks = sorted({case_key(entry.case_ref) for entry in entries})
    sql = f"{LOCKS}{INSERT_SALTS}{_places(salts)};{INSERT_ENTRIES}{_places(rows)}{ANSWER}"
    with connections[using].cursor() as cursor:
        try:
            cursor.execute(sql, [locks, *(value for row in (*salts, *rows) for value in row)])
        except DatabaseError as error:
            if getattr(error.__cause__, "pgcode", "") == CLOCK_BEHIND:
                raise ClockBehind from error
            raise
        return [Written(*answer) for answer in cursor.fetchall()]


def commit_to(salt: bytes, value: object) -> bytes:
    """HMAC-SHA256 over the value's canonical JSON."""
    return commit_to_text(salt, text_of(value))


def commit_to_text(salt: bytes, text: str) -> bytes:
    return hmac.new(salt, text.encode(), hashlib.sha256).digest()


def text_of(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def _places(rows: Sequence[tuple[Any, ...]]) -> str:
    one = "(" + ",".join(["%s"] * len(rows[0])) + ")"
    return ",".join([one] * len(rows))


def canonical(entry: "Entry | Line") -> str:
    """The JSON of an entry as the database hashes it."""
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


def leaf_hash(entry: "Entry | Line") -> bytes:
    return tree.leaf_hash(canonical(entry).encode())


def _instant(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else ""
