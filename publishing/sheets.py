"""Tables as CSV files, as people and spreadsheets make them.

Read: UTF-8 with or without BOM, or GB18030 as Chinese spreadsheets save it; any order of columns.
Written: UTF-8 with BOM; a cell that a spreadsheet would run as a formula gets a leading
apostrophe (taken off again when read), so that no published file can carry one.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

BOM = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
FORMULA = re.compile(f"'*[{re.escape(''.join(FORMULA_STARTS))}]")
REPLACED = "\ufffd"
#: What no CSV text is kept with: control characters, and halves of others.
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
#: By the names that Python knows.
ENCODINGS = {"utf-8-sig": "UTF-8", "gb18030": "GB18030"}


def decoded(content: bytes, *, said: str = "") -> str:
    """The text of a file; `said`: the encoding that the person names, where there was a doubt.

    Raises ValidationError: not text, in neither encoding, or UTF-8 with a byte that is none: read
    as GB18030 it would be other words, so the person is asked.
    """
    if b"\0" in content:
        raise ValidationError(_("This is not a CSV file. Save the sheet as CSV (comma separated)."))
    try:
        return content.decode(said or "utf-8-sig")
    except UnicodeDecodeError as error:
        damage = error.start
    if said or is_utf8(content):
        raise ValidationError(bad_byte(content, damage, said))
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        reason = _("The text is neither UTF-8 nor GB18030. Save the sheet as CSV UTF-8.")
        raise ValidationError(reason) from None


def is_utf8(content: bytes) -> bool:
    """Whether a text that is no whole UTF-8 was one once: by its mark, or as most of it reads."""
    if content.isascii() or content.startswith(codecs.BOM_UTF8):
        return True
    read = content.decode("utf-8", errors="replace")
    good = sum(letter > "\x7f" and letter != REPLACED for letter in read)
    return good > read.count(REPLACED)


def bad_byte(content: bytes, at: int, said: str) -> Any:
    """Where the first byte is that does not fit, as a spreadsheet counts rows and columns."""
    before = content[:at].decode(said or "utf-8-sig", errors="replace")
    try:
        rows = list(csv.reader(io.StringIO(before + "x", newline=""))) or [[""]]
    except csv.Error:  # a cell longer than the reader takes
        rows = [[""]]
    told: Any = _(
        "Row {row}, column {column}: a character there is damaged (byte {byte}). The rest reads as "
        "UTF-8. Mend that cell and save the sheet again. Is the file GB18030? Then choose that as "
        "its encoding."
    )
    if said:
        told = _(
            "Row {row}, column {column}: what is there is no {encoding} (byte {byte}). Mend that "
            "cell and save the sheet again."
        )
    name = ENCODINGS.get(said, "")
    place = {"row": len(rows), "column": len(rows[-1]), "byte": f"0x{content[at]:02X}"}
    return format_lazy(told, **place, encoding=name)


def records(text: str, *, most: int) -> Iterator[list[str]]:
    """Empty rows are empty lists, which keeps the numbering.

    Args:
        most: as many rows as there may be below the first, which is the header.

    Raises:
        ValidationError: a cell longer than the reader takes, or too many rows.
    """
    lines = csv.reader(io.StringIO(text.removeprefix(BOM), newline=""))
    try:
        for number, line in enumerate(lines):
            if number > most:
                raise ValidationError(too_many_rows(most))
            row = [disarmed(cell) if cell.startswith("'") else cell for cell in line]
            yield row if any(map(str.strip, row)) else []
    except csv.Error:
        raise ValidationError(
            _("This is not a CSV file. Save the sheet as CSV (comma separated).")
        ) from None


def too_many_rows(most: int) -> Any:
    reason = _("More than {rows} rows. Split the file and upload the parts.")
    return format_lazy(reason, rows=f"{most:,}")


def readable(text: str) -> str:
    """A text of a file that can write any character. Raises ValueError where it has one that no
    text can hold."""
    if not text.isprintable() and UNREADABLE.search(text):
        raise ValueError(_("Control characters are not allowed."))
    return text


def disarmed(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def armed(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell


def written(rows: Iterable[Sequence[str]]) -> str:
    """CSV with BOM and CRLF line ends (RFC 4180), formulas disarmed."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([armed(cell) for cell in row] for row in rows)
    return BOM + out.getvalue()


def csv_file(name: str, rows: Iterable[Sequence[str]]) -> HttpResponse:
    response = HttpResponse(written(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
