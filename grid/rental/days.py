"""Days that are held, days that are free: ranges of which the last is the next one's first."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Days(NamedTuple):
    """From a day on until another one, which is not in it (PostgreSQL's `[from, until)`)."""

    from_day: date
    until_day: date


def free_within(span: Days, held: Iterable[Days]) -> list[Days]:
    """The longest ranges of a span of which no day is held, in their order.

    Args:
        held: in any order; they may reach beyond the span, and overlap.
    """
    found, day = [], span.from_day
    for from_day, until_day in sorted(held):
        if from_day >= span.until_day:
            break
        if day < from_day:
            found.append(Days(day, from_day))
        day = max(day, until_day)
    if day < span.until_day:
        found.append(Days(day, span.until_day))
    return found
