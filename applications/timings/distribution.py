"""Whole days counted: every figure of them is exact, and two sets of them can be added."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

HALF: Final = Fraction(1, 2)
NINE_TENTHS: Final = Fraction(9, 10)


@dataclass(frozen=True)
class Distribution:
    """How many of something took how many days."""

    counts: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, days: Iterable[int]) -> "Distribution":
        return cls(Counter(days))

    def __add__(self, other: "Distribution") -> "Distribution":
        return Distribution(Counter(self.counts) + Counter(other.counts))

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    @property
    def total(self) -> int:
        return sum(days * count for days, count in self.counts.items())

    @property
    def mean(self) -> Fraction | None:
        return Fraction(self.total, self.count) if self.count else None

    @property
    def median(self) -> Fraction | None:
        """The middle one; of an even number the mean of both in the middle."""
        if not self.count:
            return None
        return Fraction(self._ranked((self.count + 1) // 2) + self._ranked(self.count // 2 + 1), 2)

    def percentile(self, share: Fraction) -> int | None:
        """The fewest days that this share did not exceed (nearest rank)."""
        return self._ranked(-(-self.count * share // 1)) if self.count else None

    def median_with(self, still_open: "Distribution") -> int | None:
        """The days by which half had ended, when those still open count as lasting on (the
        product-limit estimate); None where half have not ended yet."""
        left, at_risk = Fraction(1), self.count + still_open.count
        for days in sorted({*self.counts, *still_open.counts}):
            ended = self.counts.get(days, 0)
            if ended:
                left *= Fraction(at_risk - ended, at_risk)
            if left <= HALF:
                return days
            at_risk -= ended + still_open.counts.get(days, 0)
        return None

    def _ranked(self, rank: int) -> int:
        """The days of the one at a place, counted from 1 in their order."""
        for days in sorted(self.counts):
            rank -= self.counts[days]
            if rank <= 0:
                return days
        raise AssertionError("a rank beyond the last")
