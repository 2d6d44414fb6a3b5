"""From a text to rows, or to what is wrong with it: by row, column and reason."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from publishing import keys
from publishing.columns import Label, Value, folded
from publishing.sheets import records
from publishing.tables import Complaint, Row, RowForm, Table

FIRST_ROW: Final = 2
"""The number a spreadsheet shows beside the first row below the header."""
TROUBLES_KEPT: Final = 300


@dataclass(frozen=True)
class Trouble:
    """`row` is numbered as by a spreadsheet; 0 is the whole file. Where the file has features in
    place of rows, `feature` says so."""

    row: int
    column: Label
    reason: Label
    feature: bool = False

    @property
    def text(self) -> str:
        if not self.row:
            return str(self.reason)
        number = self.row
        where = gettext("Row {row}, column “{column}”") if self.column else gettext("Row {row}")
        if self.feature:
            number = self.row - FIRST_ROW + 1
            where = (
                gettext("Feature {row}, “{column}”") if self.column else gettext("Feature {row}")
            )
        place = where.format(row=number, column=self.column)
        return gettext("{place}: {reason}").format(place=place, reason=self.reason)


class Troubles(list[Trouble]):
    """What is wrong, in the order in which it was found: the first of it, and how much there is."""

    def __init__(self, *troubles: Trouble) -> None:
        super().__init__(troubles)
        self.number = len(troubles)

    def add(self, troubles: Iterable[Trouble]) -> None:
        for trouble in troubles:
            self.number += 1
            if len(self) < TROUBLES_KEPT:
                self.append(trouble)

    def of_features(self) -> "Troubles":
        """The same, of a file that has features in place of rows."""
        found = Troubles(*(replace(trouble, feature=True) for trouble in self))
        found.number = self.number
        return found

    @property
    def more(self) -> int:
        return self.number - len(self)


@dataclass
class Sheet:
    """Its rows are the good ones, each with its number."""

    rows: list[tuple[int, Row]] = field(default_factory=list)
    troubles: Troubles = field(default_factory=Troubles)


def read(table: Table, text: str, *, source: str, only: Collection[int] | None = None) -> Sheet:
    """Read a CSV text, header first.

    Args:
        source: that of rows without one of their own.
        only: the numbers of the rows to be read; None: all.
    """
    sheet, lines = Sheet(), records(text, most=table.size.rows)
    try:
        header = next(lines, [])
        if not header and not any(lines):
            return Sheet([], Troubles(Trouble(0, "", _("The file is empty."))))
        names = _columns(table, header, sheet.troubles)
        if not sheet.troubles:
            _read_lines(table, names, _numbered(lines, only), sheet, source)
    except ValidationError as error:
        return Sheet([], Troubles(Trouble(0, "", error.message)))
    return sheet


def _numbered(
    lines: Iterable[Sequence[str]], only: Collection[int] | None
) -> Iterable[tuple[int, Sequence[str]]]:
    """The lines that are not empty."""
    last = None if only is None else max(only, default=FIRST_ROW) - FIRST_ROW + 1
    for number, line in islice(enumerate(lines, FIRST_ROW), last):
        if line and (only is None or number in only):
            yield number, line


def _read_lines(
    table: Table,
    names: Sequence[str | None],
    lines: Iterable[tuple[int, Sequence[str]]],
    sheet: Sheet,
    source: str,
) -> None:
    """Read the lines below the header into rows and troubles."""
    form, texts = table.form(), keys.texts(table)
    first: dict[tuple[Value, ...], int] = {}
    doubles = []
    for number, line in lines:
        complaints = list(_complaints(form, names, line, texts))
        if complaints:
            sheet.troubles.add(
                Trouble(number, table.columns[name].title if name else "", reason)
                for name, reason in complaints
            )
            continue
        row = {**form.cleaned_data, "source": form.cleaned_data["source"] or source}
        sheet.rows.append((number, row))
        earlier = first.setdefault(table.key_of(row), number)
        if earlier != number:
            reason = format_lazy(_("Says the same thing as row {row}."), row=earlier)
            doubles.append(Trouble(number, table.columns[table.key[-1]].title, reason))
    sheet.troubles.add(doubles)


def _complaints(
    form: RowForm, names: Sequence[str | None], line: Sequence[str], texts: Sequence[str]
) -> Iterable[Complaint]:
    """What is wrong with a line; what is right is in the form afterwards."""
    if any(map(str.strip, line[len(names) :])):
        yield "", _("More cells than the header has columns.")
        return
    row = form.read(dict(zip(names, line, strict=False)))
    for name, reasons in form.errors.items():
        yield from ((name, str(reason)) for reason in reasons)
    if not form.errors:
        yield from keys.spoilt(texts, row)


def _columns(table: Table, header: Sequence[str], troubles: Troubles) -> list[str | None]:
    """Which column each cell of the header is; unknown, doubled and missing ones are troubles."""
    by_header = table.by_header()
    found = [by_header.get(folded(cell)) for cell in header]
    for index, (cell, name) in enumerate(zip(header, found, strict=True)):
        if name is None and cell.strip():
            troubles.add([Trouble(1, cell.strip(), _("No such column in this table."))])
        if name is not None and name in found[:index]:
            title = table.columns[name].title
            troubles.add([Trouble(1, title, _("This column is there twice."))])
    troubles.add(
        Trouble(1, column.title, _("This column is missing."))
        for name, column in table.columns.items()
        if column.required and name not in found
    )
    return found
