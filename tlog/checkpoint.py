"""Checkpoints (C2SP tlog-checkpoint), and what is sent with one: a proof, a witness's question."""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tlog.note import NoteError, Verifier, parse, verified

SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Head:
    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse_head(text: str) -> Head:
    """Read the text of a checkpoint; extension lines are passed over. Raises `NoteError`."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not SIZE.fullmatch(lines[1]):
        raise NoteError("this is no checkpoint")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("the root of the checkpoint is no base64") from error
    if len(root) != 32:
        raise NoteError("the root of the checkpoint has not 32 bytes")
    return Head(lines[0], int(lines[1]), root)


def head_of(note: str) -> Head:
    """Read what a signed checkpoint says; its signatures are not verified. Raises `NoteError`."""
    return parse_head(parse(note).text)


def verified_head(note: str, verifiers: Iterable[Verifier]) -> Head:
    """Read a checkpoint that one of the keys signed; raises `NoteError` as `verified` does."""
    signed = parse(note)
    verified(signed, verifiers)
    return parse_head(signed.text)


def inclusion_proof(index: int, hashes: Sequence[bytes], checkpoint: str) -> str:
    """The proof of a leaf with the signed checkpoint it leads to (C2SP tlog-proof)."""
    return f"c2sp.org/tlog-proof@v1\nindex {index}\n{_lines(hashes)}\n{checkpoint}"


def submission(old: int, hashes: Sequence[bytes], checkpoint: str) -> str:
    """The question to a witness that cosigned `old` last (C2SP tlog-witness, add-checkpoint)."""
    return f"old {old}\n{_lines(hashes)}\n{checkpoint}"


def _lines(hashes: Sequence[bytes]) -> str:
    return "".join(f"{base64.b64encode(one).decode()}\n" for one in hashes)
