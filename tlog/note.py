"""C2SP signed notes, verifier keys and cosignatures (signed-note, tlog-cosignature), Ed25519."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = 1, 4  # the assigned signature types
MOST_SIGNATURES = 32
LARGEST = 65_536  # characters
NAME = re.compile(r"[^\s+]+")
PLAIN = re.compile(r"[^\x00-\x09\x0b-\x1f]*")


class NoteError(ValueError):
    """The note, key or signature is not what its format says, or a signature does not verify."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with the name it signs under; of `kind` COSIGNATURE it is a witness's."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def key_id(self) -> bytes:
        body = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(body).digest()[:4]

    def __str__(self) -> str:
        key = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"\N{EM DASH} {self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends in a newline, and who signed it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"


def public_bytes(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def parse_vkey(vkey: str) -> Verifier:
    """Raises `NoteError`: it is no vkey, of another algorithm, or its id is not its own."""
    name, _, rest = vkey.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = _decoded(encoded)
    if not NAME.fullmatch(name) or len(raw) != 33 or raw[0] not in {ED25519, COSIGNATURE}:
        raise NoteError("this is no Ed25519 verifier key")
    found = Verifier(name, raw[1:], raw[0])
    if found.key_id.hex() != key_id:
        raise NoteError("the id of the verifier key is not its own")
    return found


def sign(text: str, name: str, private: Ed25519PrivateKey) -> Signature:
    verifier = Verifier(name, public_bytes(private))
    return Signature(name, verifier.key_id, private.sign(text.encode()))


def cosign(text: str, name: str, private: Ed25519PrivateKey, at: int) -> Signature:
    """The cosignature/v1 of a witness on the text of a checkpoint, at a POSIX time."""
    verifier = Verifier(name, public_bytes(private), COSIGNATURE)
    signed = private.sign(_cosigned(text, at))
    return Signature(name, verifier.key_id, at.to_bytes(8, "big") + signed)


def parse(note: str) -> Note:
    """Raises `NoteError`: it is not in the form of signed-note."""
    if len(note) > LARGEST or not PLAIN.fullmatch(note):
        raise NoteError("the note is too long or holds control characters")
    text, divided, lines = note.rpartition("\n\n")
    if not divided or not lines.endswith("\n"):
        raise NoteError("the note has no signatures")
    return Note(text + "\n", parse_signatures(lines))


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """Raises `NoteError`: a line is no signature, or there are none or too many."""
    found = []
    for line in lines.removesuffix("\n").split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        raw = _decoded(encoded)
        if dash != "\N{EM DASH}" or not NAME.fullmatch(name) or len(raw) <= 4:
            raise NoteError("a signature line of the note cannot be read")
        found.append(Signature(name, raw[:4], raw[4:]))
    if not lines.endswith("\n") or len(found) > MOST_SIGNATURES:
        raise NoteError("the signatures of the note cannot be read")
    return tuple(found)


def verified(note: Note, verifiers: Iterable[Verifier]) -> list[Verifier]:
    """Which of the known keys signed the note; raises `NoteError` where none did, or a signature
    bears a known name and id and does not verify."""
    known = {(key.name, key.key_id): key for key in verifiers}
    by = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not holds(note.text, signature, key):
            raise NoteError(f"the signature of {key.name} does not verify")
        by.append(key)
    if not by:
        raise NoteError("no known key signed the note")
    return by


def holds(text: str, signature: Signature, key: Verifier) -> bool:
    message, value = text.encode(), signature.value
    if key.kind == COSIGNATURE:
        at = int.from_bytes(value[:8], "big")
        if at == 0:
            return False
        message, value = _cosigned(text, at), value[8:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(value, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def cosignature_by(key: Verifier, text: str, lines: str) -> Signature:
    """Of the lines that a witness answered with, the verified one by its key. Raises `NoteError`:
    the lines cannot be read, that one does not verify, or there is none."""
    for line in parse_signatures(lines):
        if (line.name, line.key_id) == (key.name, key.key_id):
            if holds(text, line, key):
                return line
            raise NoteError("its cosignature does not verify")
    raise NoteError("no cosignature by its key")


def joined(text: str, signatures: Sequence[Signature]) -> str:
    return str(Note(text, tuple(signatures)))


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("this is no base64") from error
