"""What a list of theirs shows of each behind the time left, and says where there is none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.problems import Text


@dataclass(frozen=True, slots=True)
class Cell:
    """In one column; the first is the link to the page of one.

    Args:
        note: a second line, and `warning` a third.
        at: an instant, in the stead of words.
        tags: for `components/tag.html`, in the stead of words.
    """

    text: str = ""
    note: str = ""
    warning: str = ""
    at: datetime | None = None
    tags: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Column:
    label: Text
    cell: Callable[[Any], Cell]


@dataclass(frozen=True, slots=True)
class Listed:
    """One sort of list.

    Args:
        note: below the rows.
        none: that nothing is open, and `then` when something will be.
        none_fits: that the filters leave nothing.
        above: a template over the list, where it has one.
    """

    columns: Sequence[Column]
    none: Text
    then: Text
    none_fits: Text
    note: Text = ""
    above: str = ""

    def lines(self, rows: Sequence[Any]) -> list[tuple[Any, list[tuple[Column, Cell]]]]:
        """Each row with its cells."""
        return [(row, [(each, each.cell(row)) for each in self.columns]) for row in rows]
