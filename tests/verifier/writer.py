"""A small writer of records for tests: from the specifications, by their own definitions.

It shares no line with the portal's sequencer nor with the verifier; it is slow and plain. Files are
a dictionary from path to content, so that a record can be changed in any way before it is checked.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Files = dict[str, bytes]
BASE = "record.example/zigong"
CITY_REF = "00000000-0000-4000-8000-000000000000"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def b64(data: bytes) -> str:
    """Standard base64."""
    return base64.b64encode(data).decode()


# --- RFC 6962, section 2.1: the definitions as they stand ---------------------------------------


def leaf_of(entry: bytes) -> bytes:
    """The hash of a leaf."""
    return sha(b"\x00" + entry)


def cut(size: int) -> int:
    """The largest power of two smaller than a size."""
    return 1 << (size - 1).bit_length() - 1


def root_of(leaves: Sequence[bytes]) -> bytes:
    """MTH over leaf hashes."""
    return _root(tuple(leaves))


@lru_cache(maxsize=20_000)
def _root(leaves: tuple[bytes, ...]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else sha(b"")
    k = cut(len(leaves))
    return sha(b"\x01" + _root(leaves[:k]) + _root(leaves[k:]))


def path_of(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(leaves) == 1:
        return []
    k = cut(len(leaves))
    if index < k:
        return [*path_of(index, leaves[:k]), root_of(leaves[k:])]
    return [*path_of(index - k, leaves[k:]), root_of(leaves[:k])]


def proof_of(old: int, leaves: Sequence[bytes], known: bool = True) -> list[bytes]:
    """PROOF(m, D[n]), that is SUBPROOF(m, D[n], true)."""
    if old in {0, len(leaves)}:
        return [] if known or not old else [root_of(leaves)]
    k = cut(len(leaves))
    if old <= k:
        return [*proof_of(old, leaves[:k], known), root_of(leaves[k:])]
    return [*proof_of(old - k, leaves[k:], False), root_of(leaves[:k])]


# --- Notes --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Signer:
    """A key that signs notes; its seed is a word, so that every run makes the same record.

    Attributes:
        secret: the private key itself, where it is not of a word.
    """

    name: str
    word: str = "log"
    kind: int = 1
    secret: bytes = b""

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret or sha(self.word.encode()))

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def id(self) -> bytes:
        return sha(self.name.encode() + b"\n" + bytes([self.kind]) + self.public)[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    @property
    def fingerprint(self) -> str:
        return sha(self.public).hex()[:32]

    def line(self, text: str, at: int = 1_780_000_000) -> str:
        """The signature line, or the cosignature at a POSIX time."""
        if self.kind == 4:
            signed = self.private.sign(f"cosignature/v1\ntime {at}\n{text}".encode())
            return f"— {self.name} {b64(self.id + at.to_bytes(8, 'big') + signed)}\n"
        return f"— {self.name} {b64(self.id + self.private.sign(text.encode()))}\n"


def note(text: str, *signers: Signer) -> str:
    """A signed note."""
    return f"{text}\n" + "".join(signer.line(text) for signer in signers)


def head_text(origin: str, leaves: Sequence[bytes]) -> str:
    """The three lines of a checkpoint."""
    return f"{origin}\n{len(leaves)}\n{b64(root_of(leaves))}\n"


def handover(giver: Signer, key: Signer, purpose: str = "log") -> str:
    """The note by which one key introduces another."""
    return note(f"tongdian-key/1\n{key.name}\n{purpose}\n{key.vkey}\n", giver)


# --- Tiles --------------------------------------------------------------------------------------


def number_path(number: int) -> str:
    """1234067 is x001/x234/067."""
    digits = str(number).zfill(-(-len(str(number)) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])


def _spread(folder: str, parts: Sequence[bytes]) -> Files:
    files = {}
    for start in range(0, len(parts), 256):
        group = parts[start : start + 256]
        end = "" if len(group) == 256 else f".p/{len(group)}"
        files[f"{folder}/{number_path(start // 256)}{end}"] = b"".join(group)
    return files


def tiles(epoch: int, entries: Sequence[bytes]) -> Files:
    """Every hash tile and entry bundle of a log of this size."""
    prefixed = [len(entry).to_bytes(2, "big") + entry for entry in entries]
    files = _spread(f"{epoch}/tile/entries", prefixed)
    hashes, level = [leaf_of(entry) for entry in entries], 0
    while hashes:
        files |= _spread(f"{epoch}/tile/{level}", hashes)
        full = range(0, len(hashes) // 256 * 256, 256)
        hashes, level = [root_of(hashes[at : at + 256]) for at in full], level + 1
    return files


# --- Entries ------------------------------------------------------------------------------------

Entry = dict[str, Any]


def text_of(entry: Entry) -> bytes:
    """The canonical JSON of an entry."""
    return json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()


def instant(seconds: float) -> str:
    """An instant so long after the start of the record."""
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def opening_of(number: int) -> tuple[bytes, str]:
    """Salt and data that the entry of this number commits to."""
    digest = sha(f"document {number}".encode()).hex()
    data = {"number": "ZG-26-000007", "documents": [{"requirement": "identity", "sha256": digest}]}
    return sha(f"salt {number}".encode())[:16], json.dumps(data, sort_keys=True)


def commitment(number: int) -> str:
    """The HMAC over the data of the entry of this number."""
    salt, data = opening_of(number)
    return hmac.new(salt, data.encode(), hashlib.sha256).hexdigest()


STEPS = [
    ("case.drafted", "", "draft", "applicant", ""),
    ("case.submitted", "draft", "submitted", "supplier", "whole started, handling started"),
    ("case.accepted", "submitted", "accepted", "applicant", "handling paused"),
    ("permit.received", "", "received", "government", "review:planning started"),
    ("permit.granted", "received", "granted", "supplier", ""),
]


def entry(number: int, case: str, type_: str = "", **more: Any) -> Entry:
    """One entry; number in its case and `prev` are filled in by `chained`."""
    step, before, after, holder, clock = STEPS[number % len(STEPS)]
    at = instant(number * 7.5)
    return {
        "v": 1, "case_ref": case, "case_seq": 0, "type": type_ or step,
        "part": str(uuid5(NAMESPACE_URL, f"part {number}")) if step.startswith("permit") else "",
        "from": before, "to": after, "holder": holder, "clock": clock, "actor_role": "clerk",
        "actor_district": "510302", "actor_commit": sha(f"actor {number}".encode()).hex(),
        "data_commit": commitment(number), "lineage": "",
        "effective_at": at if number % 11 == 3 else "", "at": at, "prev": "", **more,
    }  # fmt: skip


def chained(entries: Iterable[Entry]) -> list[Entry]:
    """The entries with their numbers in their cases and the leaves before them."""
    heads: dict[str, tuple[int, str]] = {}
    done = []
    for one in entries:
        seq, prev = heads.get(one["case_ref"], (0, ""))
        new = one | {"case_seq": seq + 1, "prev": prev}
        heads[one["case_ref"]] = (seq + 1, leaf_of(text_of(new)).hex())
        done.append(new)
    return done


def case(number: int) -> str:
    """The reference of a case."""
    return str(uuid5(NAMESPACE_URL, f"case {number}"))


def a_record(size: int, cases: int = 40) -> list[Entry]:
    """So many entries of so many cases, mixed, after the opening of the city."""
    first = entry(0, CITY_REF, "city.opened", **{"from": "", "to": "", "holder": "", "clock": ""})
    rest = [entry(number, case(number * number % cases)) for number in range(1, size)]
    return chained([first, *rest][:size])


# --- A published record -------------------------------------------------------------------------


@dataclass
class World:
    """A record as it is published, and what its keepers know: entries and keys.

    Attributes:
        entries: the texts in the order of the log.
        log, older: the key in force, and the one before it with the size up to which it signed.
        sizes: at which sizes checkpoints were signed.
    """

    entries: list[bytes]
    log: Signer = field(default_factory=lambda: Signer(f"{BASE}/1"))
    receipts: Signer = field(default_factory=lambda: Signer(f"{BASE}/receipts", "receipts"))
    witness: Signer = field(default_factory=lambda: Signer("audit.example/w1", "witness", 4))
    older: tuple[Signer, int] | None = None
    sizes: tuple[int, ...] = ()
    base: str = BASE

    @property
    def leaves(self) -> list[bytes]:
        return [leaf_of(one) for one in self.entries]

    def keys(self) -> dict[str, Any]:
        """The content of keys.json."""
        first = self.older[0] if self.older else self.log
        until = self.older[1] if self.older else None
        rows: list[dict[str, Any]] = [key_row(first, "log", until=until)]
        rows.append(key_row(self.receipts, "receipt", handover(first, self.receipts, "receipt")))
        if self.older:
            given = handover(self.older[0], self.log)
            rows.append(key_row(self.log, "log", given, since=self.older[1]))
        return {"format": "tongdian-keys/1", "origin": self.base, "keys": rows}

    def signers(self, size: int) -> list[Signer]:
        """Who signs a checkpoint of a size: the first after a rotation both, then the new key."""
        if self.older is None:
            return [self.log]
        old, until = self.older
        later = [one for one in (*self.sizes, len(self.entries)) if until < one < size]
        return [old] if size <= until else [self.log] if later else [old, self.log]

    def checkpoint(self, size: int, *signers: Signer) -> str:
        """The checkpoint of a size, with the witness's cosignature."""
        text = head_text(f"{self.base}/1", self.leaves[:size])
        return note(text, *(signers or self.signers(size)), self.witness)

    def files(self) -> Files:
        """The published folder."""
        sizes = {*self.sizes, len(self.entries)}
        notes = {size: self.checkpoint(size).encode() for size in sizes}
        kept = {f"1/checkpoints/{size}": one for size, one in notes.items()}
        keys = json.dumps(self.keys(), indent=1).encode()
        own = {"keys.json": keys, "1/checkpoint": notes[len(self.entries)]}
        partial: Files = {}
        for size in self.sizes:
            late = tiles(1, self.entries[:size])
            partial |= {path: data for path, data in late.items() if ".p/" in path}
        return partial | tiles(1, self.entries) | kept | own


def key_row(
    key: Signer, purpose: str, given: str | None = None, since: int = 0, until: int | None = None
) -> dict[str, Any]:
    """One row of keys.json."""
    return {
        "vkey": key.vkey, "purpose": purpose, "epoch": 1, "from_size": since, "until_size": until,
        "handover": given,
    }  # fmt: skip


def receipt(world: World, index: int, size: int | None, number: str = "ZG-26-000007") -> Entry:
    """A receipt for the entry at an index, proved by the checkpoint of a size (None: promised)."""
    text = world.entries[index].decode()
    fields = json.loads(text)
    full = f"{number}-{fields['case_seq']}"
    salt, data = opening_of(index)
    leaf = b64(leaf_of(text.encode()))
    body = f"tongdian-receipt/1\n{world.base}\n{full}\n{leaf}\n{fields['at']}\n"
    return {
        "format": "tongdian-receipt/1", "number": full, "entry": text,
        "opening": {"salt": salt.hex(), "data": data},
        "standing": {"holder": "supplier", "held_since": fields["at"], "due_on": None,
                     "as_of": fields["at"]},
        "promise": note(body, world.receipts),
        "proof": proof_text(world, index, size) if size else None, "keys": world.keys(),
    }  # fmt: skip


def proof_text(world: World, index: int, size: int) -> str:
    """A tlog-proof."""
    hashes = [b64(one) for one in path_of(index, world.leaves[:size])]
    lines = "\n".join(["c2sp.org/tlog-proof@v1", f"index {index}", *hashes])
    return f"{lines}\n\n{world.checkpoint(size)}"


def write(files: Files, folder: Path) -> Path:
    """Put files into a folder."""
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder
