"""What a published table is: its columns, its key and its own checks.

The registry is filled by `grid.catalogue` and by the app above (`register`), so that pages and
actions treat every published table alike.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from grid import columns as c
from grid.columns import Cell, Column, Label
from grid.models import Kind, PublishedRow
from rules.city import city

Row = Mapping[str, Cell]
Complaint = tuple[str, Label]
RowComplaint = tuple[int, str, Label]


def nothing(_row: Row) -> Iterable[Complaint]:
    """The check of a table whose columns say everything."""
    return ()


def nothing_together(_rows: Sequence[Row]) -> Iterable[RowComplaint]:
    """The check of a table whose rows do not bear on each other."""
    return ()


@dataclass(frozen=True)
class Table:
    """One published table.

    Args:
        kind: which of the four.
        model: where its rows are.
        columns: in the order of the file and the page.
        key: the columns by which a new row replaces an old one.
        order: the indexed order of its lists, ending in a unique column.
        check: what must hold within one row: yields (column, reason).
        together: what must hold between standing rows: yields (row index, column, reason).
        listed: the columns of its list at the desk where it has many; empty: all.
        announced: the field, if any, that keeps the instant of a row's first publication.
    """

    kind: Kind
    model: type[PublishedRow]
    columns: Sequence[Column]
    key: tuple[str, ...]
    order: tuple[str, ...]
    check: Callable[[Row], Iterable[Complaint]] = nothing
    together: Callable[[Sequence[Row]], Iterable[RowComplaint]] = nothing_together
    listed: tuple[str, ...] = ()
    announced: str = ""

    @property
    def rows(self) -> Any:
        """The manager of its rows, with `standing` and `as_of`."""
        return self.model.objects

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def brief(self) -> Sequence[Column]:
        """The columns of its list at the desk."""
        return [c for c in self.columns if c.name in self.listed] or self.columns

    @property
    def by_district(self) -> bool:
        """Whether rows belong to districts (and so to those who keep that district's figures)."""
        return "district" in self.names

    def values(self, row: PublishedRow) -> dict[str, Cell]:
        """The values of a stored row, by column."""
        return {name: getattr(row, name) for name in self.names}

    def key_of(self, row: Row) -> tuple[Cell, ...]:
        """What makes the row this row."""
        return tuple(row[name] for name in self.key)

    def cells(self, row: Row) -> list[str]:
        """The row as a person's file carries it, in the reader's language."""
        return [column.write(row[column.name]) for column in self.columns]

    def codes(self, row: Row) -> list[str]:
        """The row as a program's file carries it, the same in every language."""
        return [column.code(row[column.name]) for column in self.columns]


_makers: dict[str, Callable[[], Table]] = {}


def register(kind: Kind, maker: Callable[[], Table]) -> None:
    """Make a table known; `maker` is called once, when the table is first needed."""
    _makers[kind.value] = cache(maker)


def table_of(kind: str) -> Table:
    """The table of a kind.

    Raises:
        KeyError: there is no such table.
    """
    return _makers[kind]()


def tables() -> tuple[Table, ...]:
    """All published tables, in the order of `Kind`."""
    return tuple(table_of(kind.value) for kind in Kind if kind.value in _makers)


def district_column() -> Column:
    """The column of a district: its code, or its Chinese or English name."""
    return c.choice("district", _("District"), district_choices())


def district_choices() -> list[tuple[str, Label]]:
    """The districts of the city as pairs of code and name."""
    return [(district.code, district.name) for district in city().districts]


def source_column() -> Column:
    """The column that says where a row comes from."""
    return c.text(
        "source",
        _("Source"),
        longest=300,
        required=False,
        hint=_("Where this row comes from. Empty: the source of the whole upload."),
    )
