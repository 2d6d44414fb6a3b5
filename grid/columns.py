"""Columns of published tables: how one cell is read from a file or form and written back.

A cell that cannot be read raises `CellError` with a reason for the person who wrote it.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.clock import CITY
from core.templatetags.city import day as written_day
from core.templatetags.city import figure, instant
from rules.files import Words

Label = str | Promise | Words
Cell = str | bool | int | Decimal | date | datetime | None

NOTHING = "–"
YES = frozenset({"yes", "y", "true", "1", "是"})
NO = frozenset({"no", "n", "false", "0", "否"})
DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
MINUTE = re.compile(DATE.pattern + r"[T\s]*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(Z|[+-]\d{2}:?\d{2})?")


class CellError(ValueError):
    """A cell that cannot be read; `reason` is shown beside it."""

    def __init__(self, reason: Label) -> None:
        super().__init__(str(reason))
        self.reason = reason


def both(label: Label) -> tuple[str, str]:
    """The label in Chinese and in English, whatever language the request speaks."""
    words = []
    for language in ("zh-hans", "en"):
        with override(language):
            words.append(str(label))
    return words[0], words[1]


@dataclass(frozen=True)
class Column:
    """One column of a published table.

    Args:
        name: field of the model and header for programs.
        label: header for people.
        unit: unit of a number; in brackets in the header of a file.
        read: cell text → value; raises `CellError`.
        write: value → cell text that `read` reads back.
        kind: text, long, number, day, minute, choice, flag (for forms and alignment).
        choices: pairs of stored value and label, for `choice`.
    """

    name: str
    label: Label
    read: Callable[[str], Cell]
    write: Callable[[Cell], str]
    kind: str
    required: bool = True
    hint: Label = ""
    choices: Sequence[tuple[str, Label]] = ()
    unit: Label = ""

    @property
    def header(self) -> Label:
        """The header of the column in a file for people."""
        return format_lazy("{} ({})", self.label, self.unit) if self.unit else self.label

    @property
    def headers(self) -> frozenset[str]:
        """Every header under which a file may carry this column, folded."""
        words = (self.name, *both(self.label), *both(self.header))
        return frozenset(folded(word) for word in words)

    def code(self, value: Cell) -> str:
        """The value as a program reads it: the same in every language."""
        if self.kind == "choice":
            return str(value or "")
        if self.kind == "flag":
            return "true" if value else "false"
        return value.isoformat() if isinstance(value, datetime) else self.write(value)

    def show(self, value: Cell) -> str:
        """The value as a reader of a page sees it."""
        if self.kind == "choice":
            return next((str(label) for key, label in self.choices if key == value), str(value))
        if isinstance(value, datetime):
            return instant(value)
        if isinstance(value, date):
            return written_day(value)
        if self.unit and isinstance(value, Decimal | int):
            return figure(Decimal(value).normalize())
        return self.write(value) or NOTHING


def folded(header: str) -> str:
    """A header reduced to what identifies it: width, case, spaces and brackets do not."""
    plain = unicodedata.normalize("NFKC", header).casefold()
    return re.sub(r"[\s_()]+", "", plain)


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip()


def text(
    name: str, label: Label, *, longest: int, required: bool = True, hint: Label = ""
) -> Column:
    """A column of words, at most `longest` characters."""

    def read(cell: str) -> Cell:
        words = " ".join(cell.split())
        if len(words) > longest:
            raise CellError(
                format_lazy(
                    _("At most {longest} characters; this has {have}."),
                    longest=longest,
                    have=len(words),
                )
            )
        return words

    kind = "long" if longest > 120 else "text"
    return Column(name, label, read, lambda value: str(value or ""), kind, required, hint)


def number(
    name: str, label: Label, *, unit: Label, places: int, largest: int, hint: Label = ""
) -> Column:
    """A column of numbers from 0 to `largest` with at most so many decimal places."""

    def read(cell: str) -> Cell:
        value = _decimal(_plain(cell).replace(",", ""))
        if value < 0 or value > largest:
            raise CellError(format_lazy(_("Must be from 0 to {largest}."), largest=f"{largest:,}"))
        if value != round(value, places):
            raise CellError(_too_fine(places))
        return int(value) if places == 0 else round(value, places)

    return Column(name, label, read, _write_number, "number", hint=hint, unit=unit)


def _too_fine(places: int) -> Label:
    if places == 0:
        return _("Must be a whole number.")
    return format_lazy(_("At most {places} decimal places."), places=places)


def _decimal(words: str) -> Decimal:
    try:
        value = Decimal(words)
    except InvalidOperation:
        raise CellError(_("Is not a number.")) from None
    if not value.is_finite():
        raise CellError(_("Is not a number."))
    return value


def _write_number(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        words = f"{value:f}"
        return words.rstrip("0").rstrip(".") if "." in words else words
    return str(value)


def day(name: str, label: Label, *, required: bool = True, hint: Label = "") -> Column:
    """A column of dates: 2026-11-23, 2026/11/23 or 2026年11月23日."""

    def read(cell: str) -> Cell:
        found = DATE.fullmatch(_plain(cell))
        try:
            return date(*(int(part) for part in found.groups())) if found else _no_date()
        except ValueError:
            return _no_date()

    return Column(name, label, read, _write_day, "day", required, hint)


def _no_date() -> date:
    raise CellError(_("Is not a date such as 2026-11-23."))


def _write_day(value: Cell) -> str:
    return value.isoformat() if isinstance(value, date) else ""


def minute(name: str, label: Label, *, required: bool = True, hint: Label = "") -> Column:
    """A column of instants: 2026-11-23 08:30, Asia/Shanghai unless an offset is written."""
    return Column(name, label, _read_minute, _write_minute, "minute", required, hint)


def _read_minute(cell: str) -> Cell:
    found = MINUTE.fullmatch(_plain(cell))
    if not found:
        raise CellError(_("Is not a time such as 2026-11-23 08:30."))
    *parts, offset = found.groups()
    year, month, day_, hour, minute_, second = (int(part or 0) for part in parts)
    try:
        local = datetime(year, month, day_, hour, minute_, second, tzinfo=CITY)
        return datetime.fromisoformat(f"{local:%Y-%m-%dT%H:%M:%S}{offset}") if offset else local
    except ValueError:
        raise CellError(_("Is not a time such as 2026-11-23 08:30.")) from None


def _write_minute(value: Cell) -> str:
    if not isinstance(value, datetime):
        return ""
    local = value.astimezone(CITY)
    return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"


def choice(
    name: str,
    label: Label,
    choices: Sequence[tuple[str, Label]],
    *,
    required: bool = True,
    hint: Label = "",
) -> Column:
    """A column that takes one of several words: the code, or its Chinese or English label."""

    @cache
    def spellings() -> dict[str, str]:
        pairs = ((value, word) for value, words in choices for word in (value, *both(words)))
        return {folded(word): value for value, word in pairs}

    def read(cell: str) -> Cell:
        value = spellings().get(folded(cell))
        if value is None:
            known = ", ".join(str(words) for _value, words in choices)
            raise CellError(format_lazy(_("Must be one of: {known}."), known=known))
        return value

    def write(value: Cell) -> str:
        return next((str(words) for key, words in choices if key == value), "")

    return Column(name, label, read, write, "choice", required, hint, choices)


def flag(name: str, label: Label, *, hint: Label = "") -> Column:
    """A column of yes and no (是, 否); an empty cell is no."""

    def read(cell: str) -> Cell:
        word = _plain(cell).casefold()
        if word in YES:
            return True
        if word in NO or not word:
            return False
        raise CellError(_("Must be yes or no."))

    def write(value: Cell) -> str:
        return str(_("Yes") if value else _("No"))

    return Column(name, label, read, write, "flag", False, hint)
