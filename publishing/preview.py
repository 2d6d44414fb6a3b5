"""From a text to rows, and from rows to what publishing them would do: reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.clock import city_now
from publishing import keys, permissions, queries
from publishing.columns import Label, Value, folded
from publishing.models import Draft, PublishedRow
from publishing.sheets import records
from publishing.tables import Row, Table, table_of

FIRST_ROW = 2
"""The number a spreadsheet shows beside the first row below the header."""


@dataclass(frozen=True)
class Trouble:
    """`row` is numbered as by a spreadsheet; 0 is the whole file."""

    row: int
    column: Label
    reason: Label

    @property
    def text(self) -> str:
        if not self.row:
            return str(self.reason)
        where = gettext("Row {row}, column “{column}”") if self.column else gettext("Row {row}")
        place = where.format(row=self.row, column=self.column)
        return gettext("{place}: {reason}").format(place=place, reason=self.reason)


@dataclass
class Sheet:
    """Its rows are the good ones, each with its number."""

    rows: list[tuple[int, Row]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


@dataclass(frozen=True)
class Change:
    old: PublishedRow
    new: Row
    columns: Sequence[str]


@dataclass(frozen=True)
class Difference:
    added: Sequence[Row]
    changed: Sequence[Change]
    withdrawn: Sequence[PublishedRow]
    same: int

    @property
    def empty(self) -> bool:
        return not (self.added or self.changed or self.withdrawn)

    @property
    def corrects(self) -> bool:
        """Whether something that was published is replaced or taken out, which needs a reason."""
        return bool(self.changed or self.withdrawn)

    @property
    def new(self) -> list[Row]:
        return [*self.added, *(change.new for change in self.changed)]

    @property
    def replacing(self) -> list[tuple[Row, PublishedRow | None]]:
        """New rows, each with the one that it replaces."""
        corrected = [(change.new, change.old) for change in self.changed]
        return [*((row, None) for row in self.added), *corrected]

    @property
    def gone(self) -> list[int]:
        """Keys of the stored rows that would not stand any more."""
        return [row.pk for row in (*self.withdrawn, *(change.old for change in self.changed))]


@dataclass(frozen=True)
class Preview:
    """`base` is the number of the publication that the draft was compared with (0: none yet).

    `questions` are what may be right and may be a mistake: whoever publishes says that it is right.
    `at` is the instant for which all of it holds.
    """

    table: Table
    difference: Difference
    troubles: Sequence[Trouble]
    base: int
    at: datetime
    questions: Sequence[Trouble] = ()


def preview(*, draft: Draft, by: User) -> Preview:
    table, newest = table_of(draft.kind), queries.newest(draft.kind)
    base, at = newest.number if newest else 0, city_now()
    districts = permissions.own_districts(by, table)
    standing = list(queries.kept_rows(table, districts))
    if draft.withdraws is not None:
        gone = [row for row in standing if row.pk == draft.withdraws]
        reason = _("The row to withdraw does not stand any more, or you do not keep its district.")
        troubles = [] if gone else [Trouble(0, "", reason)]
        withdrawal = Difference([], [], gone, len(standing) - len(gone))
        return Preview(table, withdrawal, troubles, base, at)
    sheet = read(table, draft.text, source=draft.source)
    difference = compare(table, [row for _number, row in sheet.rows], standing, whole=draft.whole)
    troubles = sheet.troubles
    if districts is not None and table.by_district:
        title, reason = (
            table.columns["district"].title,
            _("You do not keep the figures of this district."),
        )
        troubles += [
            Trouble(number, title, reason)
            for number, row in sheet.rows
            if row["district"] not in districts
        ]
    if not troubles and not sheet.rows and not draft.whole:
        troubles.append(Trouble(0, "", _("There is no row below the header.")))
    seen = Preview(table, difference, troubles, base, at)
    return seen if troubles else _judged(seen, sheet, standing)


def _judged(seen: Preview, sheet: Sheet, standing: Sequence[PublishedRow]) -> Preview:
    """Add what is wrong with the rows beside each other, beside those before them, and today."""
    table, difference = seen.table, seen.difference
    numbers = {table.key_of(row): number for number, row in sheet.rows}

    def told(row: Row, complaints: Iterable[tuple[str, Label]]) -> list[Trouble]:
        number = numbers.get(table.key_of(row), 0)
        return [Trouble(number, table.columns[name].title, reason) for name, reason in complaints]

    left = set(difference.gone)
    rows = difference.new + [table.values(row) for row in standing if row.pk not in left]
    troubles = [
        trouble
        for index, name, reason in table.together(rows)
        for trouble in told(rows[index], [(name, reason)])
    ]
    known = keys.Known(table, standing)
    questions = []
    for row, old in difference.replacing:
        troubles += told(row, table.refuses(row, old, seen.at))
        questions += told(row, table.asks(row, old, seen.at))
        if old is None:
            questions += told(row, known.likenesses(row))
    return replace(seen, troubles=troubles, questions=questions)


def read(table: Table, text: str, *, source: str) -> Sheet:
    """Read a CSV text, header first; `source` is that of rows without one of their own."""
    sheet = Sheet()
    try:
        header, *lines = records(text) or [[]]
    except ValidationError as error:
        return Sheet([], [Trouble(0, "", error.message)])
    if not header and not any(lines):
        return Sheet([], [Trouble(0, "", _("The file is empty."))])
    names, sheet.troubles = _columns(table, header)
    if sheet.troubles:
        return sheet
    form = table.form()
    first: dict[tuple[Value, ...], int] = {}
    doubles = []
    for number, line in enumerate(lines, FIRST_ROW):
        if not line:
            continue
        if any(cell.strip() for cell in line[len(header) :]):
            reason = _("More cells than the header has columns.")
            sheet.troubles.append(Trouble(number, "", reason))
            continue
        row = form.read({name: cell for name, cell in zip(names, line, strict=False) if name})
        if form.errors:
            sheet.troubles += [
                Trouble(number, table.columns[name].title, str(reason))
                for name, reasons in form.errors.items()
                for reason in reasons
            ]
            continue
        if spoilt := list(keys.spoilt(table, row)):
            sheet.troubles += [
                Trouble(number, table.columns[name].title, why) for name, why in spoilt
            ]
            continue
        row["source"] = row["source"] or source
        sheet.rows.append((number, row))
        earlier = first.setdefault(table.key_of(row), number)
        if earlier != number:
            reason = format_lazy(_("Says the same thing as row {row}."), row=earlier)
            doubles.append(Trouble(number, table.columns[table.key[-1]].title, reason))
    sheet.troubles += doubles
    return sheet


def _columns(table: Table, header: Sequence[str]) -> tuple[list[str | None], list[Trouble]]:
    """Which column each cell of the header is; unknown, doubled and missing ones are troubles."""
    by_header = table.by_header()
    found = [by_header.get(folded(cell)) for cell in header]
    troubles = []
    for index, (cell, name) in enumerate(zip(header, found, strict=True)):
        if name is None and cell.strip():
            troubles.append(Trouble(1, cell.strip(), _("No such column in this table.")))
        if name is not None and name in found[:index]:
            title = table.columns[name].title
            troubles.append(Trouble(1, title, _("This column is there twice.")))
    troubles += [
        Trouble(1, column.title, _("This column is missing."))
        for name, column in table.columns.items()
        if column.required and name not in found
    ]
    return found, troubles


def compare(
    table: Table, rows: Sequence[Row], standing: Sequence[PublishedRow], *, whole: bool
) -> Difference:
    """`whole`: rows that stand now and are not among `rows` are withdrawn."""
    old = {table.key_of(table.values(row)): row for row in standing}
    added: list[Row] = []
    changed: list[Change] = []
    for row in rows:
        before = old.pop(table.key_of(row), None)
        if before is None:
            added.append(row)
            continue
        stood = table.values(before)
        if differing := [name for name, value in stood.items() if value != row[name]]:
            changed.append(Change(before, row, differing))
    same = len(rows) - len(added) - len(changed)
    return Difference(added, changed, list(old.values()) if whole else [], same)
