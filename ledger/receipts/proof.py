"""What shows that an entry stands in the log: the proof of the newest checkpoint that covers it."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from ledger import log
from ledger.merkle import includes
from ledger.models import Entry
from ledger.trouble import RecordForked

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Proven:
    """Where an entry stands in the log.

    Args:
        index: of its leaf, from 0.
        checkpoint: a published one that covers it; None while the next is on its way.
    """

    index: int
    checkpoint: log.Checkpoint | None

    def text(self, leaf: bytes) -> str | None:
        """Return the proof as C2SP tlog-proof, or None before a checkpoint covers the entry.

        Args:
            leaf: leaf hash of the entry as it stands now.

        Raises:
            RecordForked: another leaf was signed at this place.
        """
        if self.checkpoint is None:
            return None
        size, root = self.checkpoint.size, self.checkpoint.root
        hashes = log.inclusion(self.index, size)
        if not includes(leaf, self.index, size, hashes, root):
            raise RecordForked(f"entry {self.index} of the log is not the one that was signed")
        return proof_text(self.index, hashes, self.checkpoint.note)


def proven(entry: Entry) -> Proven | None:
    """Return where an entry stands in the log; None until it is integrated."""
    index = log.position(entry.pk)
    return None if index is None else Proven(index, log.covering(index))


def proof_text(index: int, hashes: Sequence[bytes], checkpoint: str) -> str:
    """Return an inclusion proof with its checkpoint as C2SP tlog-proof.

    Args:
        index: of the leaf.
        hashes: of RFC 6962, from the leaf's sibling up.
        checkpoint: the signed note, as it was published.
    """
    lines = [HEADER, f"index {index}", *(b64encode(one).decode() for one in hashes)]
    return "\n".join(lines) + "\n\n" + checkpoint
