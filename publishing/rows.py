"""Rows as programs send them: read by the form of their table, and kept as the text of a draft."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from core.problems import FieldError, Invalid
from publishing.lines import TROUBLES_KEPT
from publishing.models import PublishedRow
from publishing.sheets import too_many_rows, written
from publishing.tables import Complaint, RowForm, Table

#: By the names of columns.
Cells = Mapping[str, str]


def text_of_rows(table: Table, rows: Mapping[str, Cells]) -> str:
    """The text of a draft that says these rows.

    Args:
        rows: by the JSON pointer of each.

    Raises:
        Invalid: what a row's form refuses, as the page does that takes one; or too many.
    """
    most = table.size.rows
    if len(rows) > most:
        raise Invalid([FieldError("/rows", too_many_rows(most))])
    form, lines, errors = table.form(), [list(table.columns)], []
    for pointer, cells in rows.items():
        complaints = list(_complaints(table, form, cells))
        errors += [FieldError(f"{pointer}/{name}", str(reason)) for name, reason in complaints]
        if not complaints:
            lines.append(table.codes(form.cleaned_data))
    if errors:
        raise Invalid(errors[:TROUBLES_KEPT])
    return written(lines)


def _complaints(table: Table, form: RowForm, cells: Cells) -> Iterable[Complaint]:
    """What is wrong with a row; what is right is in the form afterwards."""
    form.read(cells)
    for name, reasons in form.errors.items():
        yield name, str(reasons[0])
    for name in cells:
        if name not in table.columns:
            yield name, _("No such column in this table.")


def corrected(table: Table, row: PublishedRow, cells: Cells) -> Cells:
    """A published row with other values; its source is that of the correction, where it names no
    other."""
    stood = dict(zip(table.columns, table.codes(table.values(row)), strict=True))
    return {**stood, "source": "", **cells}
