"""The formats of a table's files: which it has, what an uploaded one is, and how one is made."""

import codecs
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.problems import Missing
from publishing import features, sheets, workbooks
from publishing.columns import Label, fits_double
from publishing.models import Draft, Format, PublishedRow
from publishing.tables import GEOMETRY, Columns, Table, table_of

MEDIA: Final = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.GEOJSON: "application/geo+json",
}
#: Of rows, whatever the table.
PLAIN: Final = (Format.CSV, Format.XLSX)
READ_AT_ONCE: Final = 2000


@dataclass(frozen=True)
class Uploaded:
    """A file as the text that a draft keeps; `told` is what its reader should know of it."""

    text: str
    format: Format
    told: Sequence[Label] = ()


def formats_of(columns: Columns) -> tuple[Format, ...]:
    return (*PLAIN, Format.GEOJSON) if GEOMETRY in columns else PLAIN


def uploaded(table: Table, content: bytes, *, said: str = "") -> Uploaded:
    """Read a file by what is in it, whatever its name.

    Args:
        said: the encoding that the person names, of a CSV file where there was a doubt.

    Raises:
        ValidationError: it is too large, or no table in a format that this table has.
    """
    if len(content) > table.size.bytes:
        reason = _("The file is larger than {most} MB. Split it and upload the parts.")
        raise ValidationError(format_lazy(reason, most=table.size.megabytes))
    if content.startswith(workbooks.OLD_MAGIC):
        raise ValidationError(
            _("This is an old Excel file, or one with a password. Save it as XLSX or CSV without.")
        )
    if content.startswith(workbooks.MAGIC):
        rows, told = workbooks.rows_of(content, table.size)
        return Uploaded(sheets.written(rows), Format.XLSX, told)
    if content.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"{":
        if GEOMETRY not in table.columns:
            raise ValidationError(_("This table has no places: upload it as CSV or XLSX."))
        rows = features.rows_of(content, most=table.size.rows)
        return Uploaded(sheets.written(rows), Format.GEOJSON)
    # Found by the portal, and so to be looked at.
    guessed = not said and not sheets.is_utf8(content)
    look = _("The file was read as GB18030. Look whether the words are right.")
    return Uploaded(sheets.decoded(content, said=said), Format.CSV, [look] if guessed else ())


def table_file(
    columns: Columns, ext: str, name: str, rows: "QuerySet[Any]", *, plain: bool
) -> HttpResponse:
    """The rows as a file.

    Args:
        plain: fixed names and codes for programs instead of the reader's language.

    Raises:
        Missing: there are no files of this format with these columns.
    """
    if ext not in formats_of(columns):
        raise Missing
    stored: Iterator[PublishedRow] = rows.iterator(chunk_size=READ_AT_ONCE)
    if ext == Format.GEOJSON:
        values = ({name: getattr(row, name) for name in columns} for row in stored)
        pieces = features.written(columns, values)
        return _file(Format.GEOJSON, name, pieces)
    header = list(columns) if plain else [str(each.label) for each in columns.values()]
    if ext == Format.XLSX:
        cells = (_cells(columns, row, plain=plain) for row in stored)
        return _workbook(name, header, cells)
    return sheets.csv_file(
        name, _after(header, (texts(columns, row, plain=plain) for row in stored))
    )


def lines_file(
    ext: str, name: str, header: Sequence[str], lines: Iterable[Sequence[str]] = ()
) -> HttpResponse:
    """A file of texts. Raises Missing: rows without a table have no file of this format."""
    if ext not in PLAIN:
        raise Missing
    if ext == Format.XLSX:
        longer = list(lines)
        width = max(map(len, [header, *longer]))
        return _workbook(name, _filled(header, width), (_filled(line, width) for line in longer))
    return sheets.csv_file(name, _after(header, lines))


def draft_file(draft: Draft, ext: str) -> HttpResponse:
    """The text of a draft. Raises Missing: it has none, or none that can be read; or as
    `lines_file`."""
    if not draft.has_text:
        raise Missing
    try:
        header, *lines = sheets.records(draft.text, most=table_of(draft.kind).size.rows)
    except (ValidationError, ValueError):
        raise Missing from None
    return lines_file(ext, f"{draft.kind}-draft", header, lines)


def _filled(line: Sequence[str], width: int) -> list[str]:
    return [*line, *[""] * (width - len(line))]


def _after(header: Sequence[Any], lines: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield header
    yield from lines


def _workbook(
    name: str, header: Sequence[str], lines: Iterable[Sequence[workbooks.Cell]]
) -> HttpResponse:
    content = workbooks.written(_after(header, lines), columns=len(header))
    return _file(Format.XLSX, name, content)


def texts(columns: Columns, row: PublishedRow, *, plain: bool) -> list[str]:
    return [
        column.code(value) if plain else column.write(value)
        for name, column in columns.items()
        for value in [getattr(row, name)]
    ]


def _cells(columns: Columns, row: PublishedRow, *, plain: bool) -> list[workbooks.Cell]:
    """Figures as numbers, where a spreadsheet keeps all of their digits; else texts."""
    cells: list[workbooks.Cell] = []
    for name, column in columns.items():
        value = getattr(row, name)
        if column.numeric and value is not None and fits_double(value):
            cells.append(value)
        else:
            cells.append(column.code(value) if plain else column.write(value))
    return cells


def _file(kind: Format, name: str, content: bytes | Iterable[str]) -> HttpResponse:
    response = HttpResponse(content, content_type=MEDIA[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
