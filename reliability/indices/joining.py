"""From pieces of time without power, as they were recorded or published, to interruptions as the
indices count them: what follows within a technical gap at the same place is one, over midnight too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from reliability.indices.formulas import MICROSECOND

NOTHING: Final = timedelta()


@dataclass(frozen=True, slots=True)
class Joining:
    """How pieces are counted.

    Args:
        gap: with the power back for no longer than this, it is still one interruption.
        momentary: how short an interruption counts as a momentary one; None: none does.
        limit_is_momentary: whether one of exactly that length does.
    """

    gap: timedelta = NOTHING
    momentary: timedelta | None = None
    limit_is_momentary: bool = True

    def is_momentary(self, off: timedelta) -> bool:
        if self.momentary is None:
            return False
        return off < self.momentary or (self.limit_is_momentary and off == self.momentary)

    def __str__(self) -> str:
        return f"{self.gap} {self.momentary} {self.limit_is_momentary}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the same customers are. `element`: the code of what they are connected to; where nobody
    knows it, `words` are their area and how many they are."""

    district: str
    area_class: str
    level: str
    element: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Customers of one place without power from one instant to another (None: still).

    Args:
        recorded: both instants as they were before a correction.
        excluded: the plan leaves it out.
    """

    number: str
    kind: str
    line: str
    customers: int
    excluded: bool
    off: datetime
    on: datetime | None
    recorded: tuple[datetime, datetime | None]

    @property
    def corrected(self) -> bool:
        return self.recorded != (self.off, self.on)


@dataclass(frozen=True, slots=True)
class Joined:
    """One interruption, of pieces in the order of their beginning. With one that has not ended
    there is nothing to count yet."""

    pieces: Sequence[Piece]

    @property
    def off(self) -> datetime:
        return self.pieces[0].off

    @property
    def on(self) -> datetime | None:
        ends = [piece.on for piece in self.pieces]
        return None if None in ends else max(end for end in ends if end)

    def customers(self, *, counted: bool) -> int:
        """How many it took the power from: in steps, those of the largest.

        Args:
            counted: without pieces that the plan leaves out.
        """
        return max((piece.customers for piece in self._of(counted=counted)), default=0)

    def lost(self, *, counted: bool) -> int:
        """Customer-microseconds; nobody is without power twice at the same time."""
        spans = [(p.off, p.on, p.customers) for p in self._of(counted=counted)]
        return _customer_time(spans)

    def recorded(self, *, counted: bool) -> int:
        """The same by the times as they were before corrections."""
        return _customer_time([(*p.recorded, p.customers) for p in self._of(counted=counted)])

    @property
    def length(self) -> timedelta:
        """Of the time without power: gaps do not count."""
        return _customer_time([(p.off, p.on, 1) for p in self.pieces]) * MICROSECOND

    def _of(self, *, counted: bool) -> list[Piece]:
        return [piece for piece in self.pieces if not (counted and piece.excluded)]


def _customer_time(spans: Sequence[tuple[datetime, datetime | None, int]]) -> int:
    """Of all instants the most customers at once, added up."""
    if len(spans) == 1:
        [(off, on, customers)] = spans
        return (on - off) // MICROSECOND * customers if on else 0
    edges = sorted({edge for off, on, _customers in spans for edge in (off, on) if edge and on})
    return sum(
        (until - since)
        // MICROSECOND
        * max((n for off, on, n in spans if on and off <= since and until <= on), default=0)
        for since, until in pairwise(edges)
    )


def joined(place: Place, pieces: Iterable[Piece], rule: Joining) -> list[Joined]:
    """The interruptions of one place.

    At an element what overlaps is of the same customers. Elsewhere, where the same words may mean
    others in the same streets, only what follows one another is joined.
    """
    chains: list[list[Piece]] = []
    alone = []
    for piece in sorted(pieces, key=lambda each: (each.off, each.on or each.off, each.number)):
        if piece.on is None:
            alone.append([piece])
            continue
        chain = next((c for c in reversed(chains) if _follows(place, c, piece, rule.gap)), None)
        if chain is None:
            chains.append([piece])
        else:
            chain.append(piece)
    return [Joined(chain) for chain in (*chains, *alone)]


def _follows(place: Place, chain: Sequence[Piece], piece: Piece, gap: timedelta) -> bool:
    until = max(each.on for each in chain if each.on)
    return piece.off - until <= gap and (bool(place.element) or piece.off >= until)
