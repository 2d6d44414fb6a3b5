"""Major-event days by the 2.5 beta method of IEEE 1366 (facts.md 4.2): a day of which the SAIDI is
above what the five years before make likely."""

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

#: By the method: how many standard deviations above the mean, and years that it is taken from.
BETAS: Final = 2.5
YEARS: Final = 5


@dataclass(frozen=True, slots=True)
class Limit:
    """Of the natural logarithms of daily SAIDI in minutes, days of zero dropped: their mean `alpha`
    and SAMPLE standard deviation `beta`.

    Args:
        days: how many there were.
        years: of how many years there were data; fewer than five: provisional.
    """

    alpha: float
    beta: float
    days: int
    years: int

    @property
    def provisional(self) -> bool:
        return self.years < YEARS

    @property
    def minutes(self) -> float:
        """T_MED, for people: days are compared by `is_exceeded_by`."""
        return math.exp(self.alpha + BETAS * self.beta)

    def is_exceeded_by(self, minutes: float) -> bool:
        """Strictly. Logarithms are compared: the way back and forth would cost a last digit."""
        return minutes > 0 and math.log(minutes) > self.alpha + BETAS * self.beta


def limit_of(daily: Iterable[float], years: int) -> Limit | None:
    """None where fewer than two days had an interruption: then nothing is a major event.

    Args:
        daily: SAIDI of each day, in minutes.
        years: as in `Limit`.
    """
    logs = [math.log(minutes) for minutes in daily if minutes > 0]
    if len(logs) < 2:
        return None
    # These two are exact, so that equal days have a deviation of zero and are their own mean.
    return Limit(statistics.mean(logs), statistics.stdev(logs), len(logs), years)
