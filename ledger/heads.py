"""Checkpoints (C2SP tlog-checkpoint): the text that is signed."""

import base64
import binascii
import re
from dataclasses import dataclass

from ledger.note import NoteError

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
