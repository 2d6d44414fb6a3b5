"""From events to faults: which belong together, what is without voltage, and where it lies."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: By element: itself and all that feed it, the nearest first.
Ways = Mapping[int, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Word:
    """An element has lost its voltage, or has it again, as reported."""

    element: int
    dark: bool
    at: datetime


@dataclass
class Fault:
    """Words of one fault, in whatever order they came."""

    ways: Ways
    words: list[Word] = field(default_factory=list)

    def lost(self, which: Callable[..., datetime] = max) -> dict[int, datetime]:
        """When each element lost its voltage last, or with `min` first."""
        found: dict[int, datetime] = {}
        for word in self.words:
            if word.dark:
                found[word.element] = which(word.at, found.get(word.element, word.at))
        return found

    @property
    def losses(self) -> list[datetime]:
        return sorted(word.at for word in self.words if word.dark)

    def back(self, element: int, since: datetime) -> datetime | None:
        """When it first had voltage again, by its own word or that of what feeds it."""
        above = set(self.ways[element])
        found = (w.at for w in self.words if not w.dark and w.element in above and w.at >= since)
        return min(found, default=None)

    @property
    def back_at(self) -> datetime | None:
        """From when all have voltage again; None: not all."""
        found = [self.back(element, at) for element, at in self.lost().items()]
        return None if None in found else max(filter(None, found))

    @property
    def elements(self) -> list[int]:
        """What is without voltage, or was where nothing is, without what hangs below it."""
        lost = self.lost()
        off = [one for one, at in lost.items() if self.back(one, at) is None] or list(lost)
        return [one for one in off if not set(self.ways[one][1:]) & set(off)]

    def is_dark(self, element: int, at: datetime, gap: timedelta) -> bool:
        """Whether it or what feeds it was without voltage at an instant, or had it again for no
        longer than the gap."""
        for one in self.ways[element]:
            since = [w.at for w in self.words if w.dark and w.element == one and w.at <= at]
            if since:
                back = self.back(one, max(since))
                if back is None or at <= back + gap:
                    return True
        return False

    def has(self, word: Word, gap: timedelta) -> bool:
        """Whether a word is of this fault.

        A loss: of what is dark already, or under the same top of the grid and near in time to
        another loss. Voltage that is back: of what was lost before, below or above it.
        """
        way = self.ways[word.element]
        if not word.dark:
            return any(
                at <= word.at and (one in way or word.element in self.ways[one])
                for one, at in self.lost(min).items()
            )
        if self.is_dark(word.element, word.at, gap):
            return True
        losses = self.losses
        near = losses[0] - gap <= word.at <= losses[-1] + gap
        return near and any(way[-1] == self.ways[one][-1] for one in self.lost())


def lowest_above(elements: Iterable[int], ways: Ways) -> int | None:
    """The lowest element that is, or feeds, all of these; None where nothing does."""
    first, *others = elements
    above = [set(ways[one]) for one in others]
    return next((one for one in ways[first] if all(one in each for each in above)), None)
