"""Entries for tests, direct SQL in both roles, and an independent count of the leaf hash."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError, connections, transaction

from accounts.actor import Actor
from ledger.models import Entry
from ledger.record import NewEntry, Written, append

CLERK = Actor(7, "clerk", "510302")


def step(case_ref: UUID, kind: str = "case.accepted", **more: Any) -> NewEntry:
    """A new entry of a case."""
    return NewEntry(case_ref=case_ref, type=kind, actor=CLERK, **more)


def written(count: int, case_ref: UUID | None = None) -> list[Written]:
    """So many entries of one case, one after the other."""
    ref = case_ref or uuid4()
    return [append(step(ref, to_state=f"state_{number}"))[0] for number in range(count)]


#: The columns that the writer gives; the database adds id, case_seq, at, prev and leaf.
GIVEN: dict[str, Any] = {
    "type": "case.accepted",
    "part": None,
    "from_state": "submitted",
    "to_state": "accepted",
    "holder": "applicant",
    "clock": "handling paused",
    "actor_role": "clerk",
    "actor_district": "510302",
    "actor_commit": bytes(range(32)),
    "data_commit": bytes(range(32, 64)),
    "lineage": None,
    "effective_at": None,
}


def insert(alias: str = "default", **columns: Any) -> Entry:
    """An entry by direct SQL, with whatever columns one likes to send."""
    values = {**GIVEN, "case_ref": uuid4(), "salt_ref": uuid4(), **columns}
    names, places = ", ".join(values), ", ".join(["%s"] * len(values))
    [(pk,)] = run(
        f"INSERT INTO ledger_entry ({names}) VALUES ({places}) RETURNING id",
        list(values.values()),
        alias,
    )
    return Entry.objects.get(pk=pk)


def run(sql: str, params: list[Any] | None = None, alias: str = "default") -> list[Any]:
    """Run a statement; its rows, if it has any."""
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall()) if cursor.description else []


def refused_with(sql: str, alias: str = "default") -> str:
    """The SQLSTATE with which a statement is refused; empty where it is carried out."""
    try:
        with transaction.atomic(using=alias):
            run(sql, alias=alias)
    except DatabaseError as error:
        return str(getattr(error.__cause__, "pgcode", ""))
    return ""


@contextmanager
def unguarded(table: str = "ledger_entry") -> Iterator[None]:
    """As somebody who holds the database: the triggers of a table are off meanwhile."""
    run(f"ALTER TABLE {table} DISABLE TRIGGER USER", alias="owner")
    try:
        yield
    finally:
        run(f"ALTER TABLE {table} ENABLE TRIGGER USER", alias="owner")


def leaf_by_hand(columns: Mapping[str, Any]) -> bytes:
    """The leaf hash of RFC 6962 over the canonical JSON, written out without the portal's code.

    Keys in the order of their letters, no space, instants in UTC to the microsecond.
    """

    def text(value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, datetime):
            utc = value.astimezone(UTC)
            return (
                f"{utc.year:04}-{utc.month:02}-{utc.day:02}T{utc.hour:02}:{utc.minute:02}:"
                f"{utc.second:02}.{utc.microsecond:06}Z"
            )
        return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)

    row = {key: text(value) for key, value in columns.items()}
    document = (
        f'{{"actor_commit":"{row["actor_commit"]}","actor_district":"{row["actor_district"]}",'
        f'"actor_role":"{row["actor_role"]}","at":"{row["at"]}","case_ref":"{row["case_ref"]}",'
        f'"case_seq":{row["case_seq"]},"clock":"{row["clock"]}",'
        f'"data_commit":"{row["data_commit"]}","effective_at":"{row["effective_at"]}",'
        f'"from":"{row["from_state"]}","holder":"{row["holder"]}","lineage":"{row["lineage"]}",'
        f'"part":"{row["part"]}","prev":"{row["prev"]}","to":"{row["to_state"]}",'
        f'"type":"{row["type"]}","v":1}}'
    )
    return hashlib.sha256(b"\x00" + document.encode("ascii")).digest()
