"""The receipt of one entry as JSON (format `tongdian-receipt/1`).

Everything in it but `standing` can be checked without this portal: the entry is the very text
that the log has the hash of, the opening is what the entry commits to, the promise is signed when
the receipt is given, and the proof says where in the log the entry stands.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from json import loads
from typing import Any

from core.clock import CITY
from ledger import keys, log
from ledger.models import Entry, Salt
from ledger.record import canonical, leaf_hash
from ledger.trouble import RecordForked
from tlog.checkpoint import inclusion_proof
from tlog.tree import includes

FORMAT = "tongdian-receipt/1"


@dataclass(frozen=True, slots=True)
class Opening:
    salt: bytes
    text: str

    @property
    def data(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = loads(self.text)
        return found


@dataclass(frozen=True, slots=True)
class Standing:
    """Who has the case (a party, or `nobody`) until when: for information, proved by nothing."""

    holder: str
    held_since: datetime | None
    due_on: date | None
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Proven:
    """Where an entry stands in the log; no checkpoint while the next one is on its way."""

    index: int
    checkpoint: log.Checkpoint | None


def number_of(case_number: str, entry_seq: int) -> str:
    return f"{case_number}-{entry_seq}"


def opening_of(entry: Entry) -> Opening | None:
    """None where the salt was deleted, or is older than the keeping of data."""
    salt = Salt.objects.filter(ref=entry.salt_ref).first()
    return Opening(bytes(salt.data_salt), salt.data) if salt and salt.data else None


def proven(entry: Entry) -> Proven | None:
    """None until the entry is integrated."""
    index = log.position(entry.pk)
    return None if index is None else Proven(index, log.covering(index))


def content(
    entry: Entry,
    *,
    number: str,
    opening: Opening | None,
    standing: Standing,
    proven: Proven | None,
) -> dict[str, Any]:
    """The same each time, but for `standing` and newer proofs. Raises `RecordTrouble`: the entry is
    not what its hash or the log says, so nothing is promised of it; or no receipt key is here."""
    text, leaf = canonical(entry), leaf_hash(entry)
    if leaf != bytes(entry.leaf):
        raise RecordForked(f"entry {entry.pk} is not what its hash says")
    proof = None
    if proven and proven.checkpoint:
        size, root = proven.checkpoint.size, proven.checkpoint.root
        hashes = log.inclusion(proven.index, size)
        if not includes(leaf, proven.index, size, hashes, root):
            raise RecordForked(f"entry {proven.index} of the log is not the one that was signed")
        proof = inclusion_proof(proven.index, hashes, proven.checkpoint.note)
    # What the receipt key signs: that this very entry will stand in the log of the record.
    promised = (FORMAT, keys.base(), number, b64encode(leaf).decode(), loads(text)["at"])
    since = standing.held_since
    return {
        "format": FORMAT,
        "number": number,
        "entry": text,
        "opening": opening and {"salt": opening.salt.hex(), "data": opening.text},
        "standing": {
            "holder": standing.holder,
            "held_since": since.astimezone(CITY).isoformat() if since else None,
            "due_on": standing.due_on.isoformat() if standing.due_on else None,
            "as_of": standing.as_of.astimezone(CITY).isoformat(),
        },
        "promise": keys.sign_receipt("\n".join(promised) + "\n"),
        "proof": proof,
        "keys": keys.published(),
    }
