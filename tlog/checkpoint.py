"""Checkpoints (C2SP tlog-checkpoint), and what is sent with one: a proof, a witness's question."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tlog.note import NoteError, parse

SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint says: the log, how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse_head(text: str) -> Head:
    """Read the text of a checkpoint; extension lines are passed over.

    Raises:
        NoteError: it is none.
    """
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
    """Read what a signed checkpoint says; its signatures are not verified.

    Raises:
        NoteError: it is none.
    """
    return parse_head(parse(note).text)


def inclusion_proof(index: int, hashes: Sequence[bytes], checkpoint: str) -> str:
    """Return the proof of a leaf with the checkpoint it leads to (C2SP tlog-proof).

    Args:
        index: of the leaf.
        hashes: of RFC 6962, from the leaf's sibling up.
        checkpoint: the signed note, as it was published.
    """
    return f"c2sp.org/tlog-proof@v1\nindex {index}\n{_lines(hashes)}\n{checkpoint}"


def submission(old: int, hashes: Sequence[bytes], checkpoint: str) -> str:
    """Return the question to a witness (C2SP tlog-witness, add-checkpoint).

    Args:
        old: the size that the witness cosigned last.
        hashes: the consistency proof from there.
        checkpoint: the signed note.
    """
    return f"old {old}\n{_lines(hashes)}\n{checkpoint}"


def _lines(hashes: Sequence[bytes]) -> str:
    return "".join(f"{base64.b64encode(one).decode()}\n" for one in hashes)
