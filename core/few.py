"""Figures of few things are told together, so that no subtraction tells of one of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def parted(rows: Sequence[T], count: Callable[[T], int], least: int) -> Iterable[list[T]]:
    """The whole first, then each part that is told by itself, then the others together; of too few
    in all the whole alone.

    Args:
        rows: the parts of the whole.
        least: from how many on figures are told.
    """
    for parts in grouped(rows, count, least=max(least, 1)):
        yield list(parts) or list(rows)


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


def grouped(
    parts: Sequence[T], count: Callable[[T], int], *, least: int
) -> Iterator[tuple[T, ...]]:
    """Of which parts figures are told: the whole, as no part; then each that counts enough; then
    those of few together. Of too few in all, the whole alone."""
    yield ()
    if sum(map(count, parts)) < least:
        return
    few = together(parts, count, least=least)
    yield from ((part,) for part in parts if part not in few)
    # Where it would be all of them, it says what the whole does.
    if few and len(few) < len(parts):
        yield tuple(few)
