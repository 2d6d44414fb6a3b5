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
from ledger import keys
from ledger.models import Entry, Salt
from ledger.receipts.proof import Proven
from ledger.trouble import RecordForked
from ledger.verify import canonical, leaf_hash

FORMAT = "tongdian-receipt/1"


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens the commitment of an entry: its salt and the JSON text committed to."""

    salt: bytes
    text: str

    @property
    def data(self) -> Mapping[str, Any]:
        """What the entry commits to."""
        found: Mapping[str, Any] = loads(self.text)
        return found

    def as_json(self) -> dict[str, str]:
        """Return the part of the receipt."""
        return {"salt": self.salt.hex(), "data": self.text}


@dataclass(frozen=True, slots=True)
class Standing:
    """Who has the case and until when: for information, proved by nothing.

    Args:
        holder: a party's name of the contract, or `nobody`.
        held_since: the instant from which; None where nothing is held yet.
        due_on: the last day, if one runs.
        as_of: the instant at which all this was read.
    """

    holder: str
    held_since: datetime | None
    due_on: date | None
    as_of: datetime

    def as_json(self) -> dict[str, str | None]:
        """Return the part of the receipt; instants with the city's offset."""
        return {
            "holder": self.holder,
            "held_since": _instant(self.held_since) if self.held_since else None,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "as_of": _instant(self.as_of),
        }


def _instant(value: datetime) -> str:
    return value.astimezone(CITY).isoformat()


def number_of(case_number: str, entry_seq: int) -> str:
    """Return the number of a receipt: that of its case, and of the entry in it."""
    return f"{case_number}-{entry_seq}"


def opening_of(entry: Entry) -> Opening | None:
    """Return what opens an entry; None where it was deleted, or is older than its keeping."""
    salt = Salt.objects.filter(ref=entry.salt_ref).first()
    return Opening(bytes(salt.data_salt), salt.data) if salt and salt.data else None


def assemble(
    entry: Entry,
    *,
    number: str,
    opening: Opening | None,
    standing: Standing,
    proven: Proven | None,
) -> dict[str, Any]:
    """Return the receipt of an entry; the same each time, but for `standing` and newer proofs.

    Args:
        entry: the step.
        number: of the receipt (`number_of`).
        opening: what the reader may read of it.
        standing: who has the case now.
        proven: where the entry stands in the log, once it does.

    Raises:
        RecordTrouble: the entry is not what its hash or the log says, so nothing is promised of
            it; or the receipt key cannot be reached.
    """
    leaf = leaf_hash(entry)
    if leaf != bytes(entry.leaf):
        raise RecordForked(f"entry {entry.pk} is not what its hash says")
    proof = proven.text(leaf) if proven else None
    promise = keys.sign_receipt(promised(entry, number, keys.base()))
    return {
        "format": FORMAT,
        "number": number,
        "entry": canonical(entry),
        "opening": opening.as_json() if opening else None,
        "standing": standing.as_json(),
        "promise": promise,
        "proof": proof,
        "keys": keys.published(),
    }


def promised(entry: Entry, number: str, origin: str) -> str:
    """Return what the receipt key signs: that this very entry will stand in the log of `origin`."""
    at = loads(canonical(entry))["at"]
    leaf = b64encode(leaf_hash(entry)).decode()
    return f"{FORMAT}\n{origin}\n{number}\n{leaf}\n{at}\n"
