"""Commitments hold what their signature, their check and their revocation commit to."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from approvals.commitments.models import Commitment
from core.fields import text_digest
from portal.committed.entries import Said, said
from portal.compare import Row

SIGNED: Final = "permit.committed"
#: The column of the instant of each later act, and those of what its entry says, by its event.
LATER: Final = {
    "permit.checked_afterwards": ("checked_at", {"kept": "kept", "findings": "found"}),
    "permit.revoked": ("revoked_at", {"reason": "reason", "clause": "clause"}),
}
Place = tuple[UUID | None, str, datetime]


def commitments() -> Iterator[Row]:
    """Case, what differs, as kept, as the record has it; or a signature without its row."""
    signed = {
        entry.data["commitment"]: entry
        for entry in said(SIGNED)
        if entry.data and "commitment" in entry.data
    }
    later: dict[Place, Said] = {(entry.part, entry.type, entry.at): entry for entry in said(*LATER)}
    rows = Commitment.objects.select_related("permit__line_works")
    for row in rows.iterator():
        number = row.permit.line_works.application
        entry, has = signed.pop(str(row.ref), None), (row.signed_at, row.digest)
        wanted = (entry.at, (entry.data or {}).get("sha256")) if entry is not None else None
        yield from ((number, *found) for found in _acts(row, later))
        # What is erased can be compared with nothing.
        if not row.responsible:
            continue
        if has != wanted:
            yield number, "signature", has, wanted
        if (text := text_digest(row.statement(row.permit))) != row.digest:
            yield number, "text", text, row.digest
    yield from ((ref, "no commitment") for ref in signed)


def _acts(row: Commitment, later: dict[Place, Said]) -> Iterator[Row]:
    for kind, (stamp, names) in LATER.items():
        at = getattr(row, stamp)
        if at is None:
            continue
        entry, has = later.get((row.permit.ref, kind, at)), {n: getattr(row, n) for n in names}
        if entry is None:
            yield kind, has, None
        elif entry.data and row.responsible:
            wanted = {name: entry.data.get(word) for name, word in names.items()}
            if wanted != has:
                yield kind, has, wanted
