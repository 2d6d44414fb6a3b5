"""Receipts: what one entry of the record says, with everything that it takes to check it alone."""

from ledger.receipts.assemble import FORMAT, Opening, Standing, assemble, number_of, opening_of
from ledger.receipts.proof import Proven, proven

__all__ = [
    "FORMAT",
    "Opening",
    "Proven",
    "Standing",
    "assemble",
    "number_of",
    "opening_of",
    "proven",
]
