"""Counts of few things, which are told together with others, so that none tells of one thing."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def together(rows: Sequence[T], count: Callable[[T], int], *, least: int) -> list[T]:
    """Of some rows those that count too few, and as many of the next larger ones as it takes to be
    enough: no subtraction from the whole tells then what one of few is.

    Args:
        least: from how many on a count is told by itself.
    """
    taken = list[T]()
    for row in sorted(rows, key=count):
        if count(row) >= least and (not taken or sum(map(count, taken)) >= least):
            break
        taken.append(row)
    return [row for row in rows if row in taken]
