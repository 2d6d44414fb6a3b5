"""Tables as CSV files, as people and spreadsheets make them.

Read: UTF-8 with or without BOM, or GB18030 as Chinese spreadsheets save it; any order of columns.
Written: UTF-8 with BOM; a cell that a spreadsheet would run as a formula gets a leading
apostrophe (taken off again when read), so that no published file can carry one.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

BOM = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 5000


def decoded(content: bytes) -> str:
    """Raises ValidationError: larger than 2 MB, not text, or in neither encoding."""
    if len(content) > MAX_BYTES:
        raise ValidationError(_("The file is larger than 2 MB. Split it and upload the parts."))
    if b"\0" in content:
        raise ValidationError(_("This is not a CSV file. Save the sheet as CSV (comma separated)."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(_("The text is neither UTF-8 nor GB18030. Save the sheet as CSV UTF-8."))


def records(text: str) -> list[list[str]]:
    """Empty rows are empty lists, which keeps the numbering. Raises ValidationError: a cell longer
    than the reader takes, or more than 5,000 rows."""
    try:
        rows = list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))
    except csv.Error:
        raise ValidationError(
            _("This is not a CSV file. Save the sheet as CSV (comma separated).")
        ) from None
    if len(rows) > MAX_ROWS + 1:
        raise ValidationError(_("More than 5,000 rows. Split the file and upload the parts."))
    plain = [[disarmed(cell) for cell in row] for row in rows]
    return [row if any(map(str.strip, row)) else [] for row in plain]


def disarmed(cell: str) -> str:
    bare = cell.lstrip("'")
    return cell[1:] if bare != cell and bare.startswith(FORMULA_STARTS) else cell


def armed(cell: str) -> str:
    return f"'{cell}" if cell.lstrip("'").startswith(FORMULA_STARTS) else cell


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
