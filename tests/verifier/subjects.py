"""Records to be tampered with: what is published, what its keepers could do, what others kept."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import tongdian_verify as verify
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.verifier import writer
from tests.verifier.real import Real
from tests.verifier.writer import Entry, Files, Signer, World


@dataclass(frozen=True)
class Subject:
    """A record and all who have to do with it.

    Attributes:
        files: what is published, honestly.
        base: the origin without the epoch.
        log, receipt_key: the right keys, private halves included.
        kept_keys: keys.json as a checker kept it.
        kept: checkpoints as a checker kept them.
        receipts: as applicants hold them.
        witnesses: whom a checker knows, all of whom must have countersigned.
    """

    files: Files
    base: str
    log: Signer
    receipt_key: Signer
    kept_keys: bytes
    kept: tuple[bytes, ...]
    receipts: tuple[dict[str, Any], ...] = ()
    witnesses: tuple[Signer, ...] = ()

    @property
    def entries(self) -> list[bytes]:
        """The entries, read from the newest bundles."""
        size, found = self.size, list[bytes]()
        for number in range(-(-size // 256)):
            width = min(256, size - number * 256)
            end = "" if width == 256 else f".p/{width}"
            found += split(self.files[f"1/tile/entries/{writer.number_path(number)}{end}"])
        return found

    @property
    def size(self) -> int:
        """How many entries the newest checkpoint covers."""
        return int(self.files["1/checkpoint"].split(b"\n")[1])

    @property
    def keys(self) -> dict[str, Any]:
        """The published list of keys."""
        keys: dict[str, Any] = json.loads(self.files["keys.json"])
        return keys


def split(bundle: bytes) -> list[bytes]:
    """The entries of a bundle."""
    found = []
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        found.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
    return found


def parsed(entries: Sequence[bytes]) -> list[Entry]:
    """The entries as dictionaries."""
    return [json.loads(entry) for entry in entries]


def texts(entries: Sequence[Entry]) -> list[bytes]:
    """The canonical texts of entries."""
    return [writer.text_of(entry) for entry in entries]


def published(subject: Subject, entries: Sequence[bytes], *signers: Signer) -> Files:
    """The record with other entries, everything recomputed and signed; older heads are gone."""
    size = len(entries)
    text = writer.head_text(f"{subject.base}/1", [writer.leaf_of(one) for one in entries])
    head = writer.note(text, *(signers or (subject.log,)), *subject.witnesses).encode()
    files = {"keys.json": subject.files["keys.json"], "1/checkpoint": head}
    return files | {f"1/checkpoints/{size}": head} | writer.tiles(1, entries)


def of_world(world: World, kept: Sequence[int]) -> Subject:
    """The subject of a record of the tests' own writer."""
    last = len(world.entries)
    wanted = ((3, 300), (last - 1, last), (0, 1), (17, None), (290, 511))
    receipts = [
        writer.receipt(world, index, size) for index, size in wanted if index < last >= (size or 18)
    ]
    return Subject(
        world.files(), world.base, world.log, world.receipts, json.dumps(world.keys()).encode(),
        tuple(world.checkpoint(size).encode() for size in kept), tuple(receipts), (world.witness,),
    )  # fmt: skip


def of_real(real: Real, state: int = -1) -> Subject:
    """The subject of a record of the portal, as published at a state."""
    files, first = real.states[state], real.states[0]
    keys = json.loads(files["keys.json"])
    log = [row for row in keys["keys"] if row["purpose"] == "log"][-1]
    receipts = [row for row in keys["keys"] if row["purpose"] == "receipt"][-1]
    return Subject(
        files, keys["origin"], _signer(real, log), _signer(real, receipts), files["keys.json"],
        (first["1/checkpoint"], files["1/checkpoint"]), tuple(one for _at, one in real.receipts),
    )  # fmt: skip


def _signer(real: Real, row: dict[str, Any]) -> Signer:
    """The right key itself, found among the private ones by its public half."""
    for pem in real.secrets.values():
        private = load_pem_private_key(pem, None)
        assert isinstance(private, Ed25519PrivateKey)
        signer = Signer(row["vkey"].partition("+")[0], secret=private.private_bytes_raw())
        if signer.vkey == row["vkey"]:
            return signer
    raise AssertionError(row["vkey"])


# --- Checking -----------------------------------------------------------------------------------


@dataclass
class Checker:
    """Somebody with a folder to look into, who kept what they kept; files are changed in place."""

    subject: Subject
    folder: Path
    there: Files = field(default_factory=dict)

    def put(self, files: Files) -> None:
        """Make the folder hold exactly these files."""
        for path in self.there.keys() - files.keys():
            (self.folder / path).unlink()
            for folder in (self.folder / path).parents:
                if folder == self.folder or any(folder.iterdir()):
                    break
                folder.rmdir()
        changed = {path: data for path, data in files.items() if self.there.get(path) != data}
        writer.write(changed, self.folder)
        self.there = files

    def log(self, files: Files, *, kept: bool = True, keys: bool = True) -> str:
        """The code of the fault in a published record; empty where it holds.

        Args:
            kept, keys: whether the checker has kept checkpoints, and keys.
        """
        self.put(files)
        points = [verify.checkpoint_of(raw, "kept") for raw in self.subject.kept] if kept else []
        trust, witnesses = self.trust if keys else None, self.witnesses

        def check() -> object:
            source, only = verify.source_of(str(self.folder))
            record = verify.Record(source, only, trust, points, [], witnesses, len(witnesses))
            return verify.check_log(record, lambda done, size: None)

        return code_of(check)

    def receipt(self, receipt: Any) -> str:
        """The code of the fault in a receipt; empty where it holds."""
        raw = json.dumps(receipt, ensure_ascii=False).encode()
        proved = isinstance(receipt.get("proof"), str)
        shown = verify.Shown(self.trust, [], self.witnesses, len(self.witnesses) * proved)
        return code_of(lambda: verify.check_receipt(verify.receipt_of(raw, "receipt"), shown))

    @property
    def witnesses(self) -> list[verify.Key]:
        """The keys of the witnesses."""
        return [verify.key_of(one.vkey) for one in self.subject.witnesses]

    @property
    def trust(self) -> verify.Keys:
        """The keys that were kept."""
        return verify.keys_of(json.loads(self.subject.kept_keys), "kept keys")


def code_of(check: Callable[[], object]) -> str:
    """The code of the fault that a check ends with, which must be sayable; empty without one."""
    try:
        check()
    except verify.Fault as fault:
        return fault.code if str(fault) else ""
    return ""


def stranger(subject: Subject) -> Signer:
    """Somebody else's key under the name of the log's."""
    return replace(subject.log, secret=writer.sha(b"somebody else"))
