"""Sums of money between their two spellings: yuan with two decimals, and whole fen."""

from decimal import Decimal

CENT = Decimal("0.01")


def fen_of(yuan: Decimal) -> int:
    """Raises ValueError: it has more than two decimals."""
    fen = yuan * 100
    if fen != fen.to_integral_value():
        raise ValueError(yuan)
    return int(fen)


def yuan_of(fen: int) -> Decimal:
    return Decimal(fen) * CENT
