"""Figures of few things are told together, so that no subtraction tells of one of them."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def parted(rows: Sequence[T], count: Callable[[T], int], least: int) -> Iterable[list[T]]:
    """The whole first, then each part that is told by itself, then the others together; of too few
    in all the whole alone.

    Args:
        rows: the parts of the whole.
        least: from how many on figures are told.
    """
    yield list(rows)
    if sum(map(count, rows)) < max(least, 1):
        return
    few = together(rows, count, least=least)
    for row in rows:
        if row not in few:
            yield [row]
    # Where it would be all of them, it says what the whole does.
    if few and len(few) < len(rows):
        yield few


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
