"""The record's entries with what they commit to, opened."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.db import connection

from core.fields import unseal
from ledger.record import SEALED_DATA

ENTRIES: Final = """
SELECT e.id, e.case_ref, e.part, e.type, e.at, e.effective_at, s.data
FROM ledger_entry e LEFT JOIN ledger_salt s ON s.ref = e.salt_ref
WHERE e.type = ANY(%s) ORDER BY e.id
"""


@dataclass(frozen=True, slots=True)
class Said:
    """An entry, with what it commits to; that is None where it is gone."""

    id: int
    ref: UUID
    part: UUID | None
    type: str
    at: datetime
    effective_at: datetime | None
    data: Mapping[str, Any] | None


def said(*types: str) -> Iterator[Said]:
    """In the order of writing."""
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, [list(types)])
        for ref_id, ref, part, kind, at, effective_at, sealed in cursor.fetchall():
            yield Said(ref_id, ref, part, kind, at, effective_at, _opened(sealed))


def _opened(sealed: str | None) -> Mapping[str, Any] | None:
    """What cannot be opened, `verify_ledger` finds."""
    if not sealed:
        return None
    try:
        data: Mapping[str, Any] = json.loads(unseal(sealed, purpose=SEALED_DATA))
    except (InvalidTag, KeyError, ValueError):
        return None
    return data
