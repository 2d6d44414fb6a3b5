"""From a text to rows, and from rows to what would change: no database write here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grid.columns import Cell, CellError, Column, Label, folded
from grid.models import PublishedRow
from grid.sheets import records
from grid.tables import Row, Table

FIRST_ROW = 2
"""The number a spreadsheet shows beside the first row below the header."""


@dataclass(frozen=True)
class Trouble:
    """What is wrong: the row as a spreadsheet numbers it (0: the whole file), column, reason."""

    row: int
    column: Label
    reason: Label

    @property
    def text(self) -> str:
        """The whole sentence, in the reader's language."""
        if not self.row:
            return str(self.reason)
        where = gettext("Row {row}, column “{column}”") if self.column else gettext("Row {row}")
        place = where.format(row=self.row, column=self.column)
        return gettext("{place}: {reason}").format(place=place, reason=self.reason)


@dataclass(frozen=True)
class Sheet:
    """A read text: its good rows with their numbers, and everything that is wrong with it."""

    rows: Sequence[tuple[int, Row]]
    troubles: Sequence[Trouble]


@dataclass(frozen=True)
class Change:
    """A standing row and what replaces it."""

    old: PublishedRow
    new: Row
    columns: Sequence[str]


@dataclass(frozen=True)
class Difference:
    """What a publication would do to the standing table."""

    added: Sequence[Row]
    changed: Sequence[Change]
    withdrawn: Sequence[PublishedRow]
    same: int

    @property
    def empty(self) -> bool:
        """Whether the table would stay as it is."""
        return not (self.added or self.changed or self.withdrawn)

    @property
    def corrects(self) -> bool:
        """Whether something that was published is replaced or taken out: needs a reason."""
        return bool(self.changed or self.withdrawn)


def read(table: Table, text: str, *, source: str) -> Sheet:
    """Read a CSV text as rows of a table.

    Args:
        table: which table.
        text: the decoded file, header first.
        source: what a row without a source of its own comes from.
    """
    try:
        lines = records(text)
    except CellError as error:
        return Sheet((), (Trouble(0, "", error.reason),))
    if not any(lines):
        return Sheet((), (Trouble(0, "", _("The file is empty.")),))
    header, troubles = _header(table, lines[0])
    if troubles:
        return Sheet((), troubles)
    rows: list[tuple[int, Row]] = []
    for number, line in enumerate(lines[1:], FIRST_ROW):
        row, wrong = _row(table, header, line, number, source)
        troubles += wrong
        if row is not None and not wrong:
            rows.append((number, row))
    return Sheet(rows, troubles + _doubles(table, rows))


def _header(table: Table, cells: Sequence[str]) -> tuple[list[Column | None], list[Trouble]]:
    """Which column each cell of the header is; unknown, doubled and missing ones are troubles."""
    by_header = {header: column for column in table.columns for header in column.headers}
    found = [by_header.get(folded(cell)) for cell in cells]
    troubles = []
    for index, (cell, column) in enumerate(zip(cells, found, strict=True)):
        if column is None and cell.strip():
            troubles.append(Trouble(1, cell.strip(), _("No such column in this table.")))
        if column is not None and column in found[:index]:
            troubles.append(Trouble(1, column.label, _("This column is there twice.")))
    missing = [column for column in table.columns if column.required and column not in found]
    troubles += [Trouble(1, column.label, _("This column is missing.")) for column in missing]
    return found, troubles


def _row(
    table: Table, header: Sequence[Column | None], line: Sequence[str], number: int, source: str
) -> tuple[Row | None, list[Trouble]]:
    if not line:
        return None, []
    if any(cell.strip() for cell in line[len(header) :]):
        return None, [Trouble(number, "", _("More cells than the header has columns."))]
    given = {column.name: cell for column, cell in zip(header, line, strict=False) if column}
    values: dict[str, Cell] = {}
    troubles = []
    for column in table.columns:
        try:
            values[column.name] = cell_value(column, given.get(column.name, ""))
        except CellError as error:
            troubles.append(Trouble(number, column.label, error.reason))
    if not troubles:
        values["source"] = values["source"] or source
        troubles = row_troubles(table, values, number)
    return values, troubles


def cell_value(column: Column, cell: str) -> Cell:
    """The value of one cell.

    Raises:
        CellError: a needed cell is empty, or the cell does not read as what the column takes.
    """
    if cell.strip() or column.kind == "flag":
        return column.read(cell)
    if column.required:
        raise CellError(_("Must not be empty."))
    return "" if column.kind in {"text", "long"} else None


def row_troubles(table: Table, values: Row, number: int) -> list[Trouble]:
    """What is wrong within one read row."""
    return [
        Trouble(number, table.column(name).label, reason) for name, reason in table.check(values)
    ]


def _doubles(table: Table, rows: Sequence[tuple[int, Row]]) -> list[Trouble]:
    first: dict[tuple[Cell, ...], int] = {}
    troubles = []
    for number, row in rows:
        earlier = first.setdefault(table.key_of(row), number)
        if earlier != number:
            reason = format_lazy(_("Says the same thing as row {row}."), row=earlier)
            troubles.append(Trouble(number, table.column(table.key[-1]).label, reason))
    return troubles


def compare(
    table: Table, rows: Sequence[Row], standing: Sequence[PublishedRow], *, whole: bool
) -> Difference:
    """What the rows would change.

    Args:
        table: which table.
        rows: what is to stand.
        standing: the rows that stand now (of the publisher's districts).
        whole: whether standing rows that are not among `rows` are withdrawn.
    """
    old = {table.key_of(table.values(row)): row for row in standing}
    added: list[Row] = []
    changed: list[Change] = []
    same = 0
    for row in rows:
        before = old.pop(table.key_of(row), None)
        if before is None:
            added.append(row)
        elif differing := _differing(table.values(before), row):
            changed.append(Change(before, row, differing))
        else:
            same += 1
    return Difference(added, changed, list(old.values()) if whole else [], same)


def _differing(old: Mapping[str, Cell], new: Row) -> list[str]:
    return [name for name, value in old.items() if value != new[name]]


def standing_after(
    table: Table, difference: Difference, standing: Sequence[PublishedRow]
) -> list[Row]:
    """The rows that would stand: what is new first (in its order), then what is left alone."""
    gone = {row.pk for row in difference.withdrawn} | {c.old.pk for c in difference.changed}
    new = [*difference.added, *(change.new for change in difference.changed)]
    return new + [table.values(row) for row in standing if row.pk not in gone]
