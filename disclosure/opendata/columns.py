"""Columns of data sets: what the dictionary says of each, and what a cell is in JSON."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from publishing.columns import (
    PARTED,
    Choice,
    Codes,
    Column,
    Day,
    Flag,
    Label,
    Minute,
    Number,
    Several,
    fits_double,
)

CHINESE, ENGLISH = LANGUAGES = ("zh-hans", "en")


class Type(TextChoices):
    TEXT = "text", _("text")
    CODE = "code", _("code")
    CODES = "codes", _("codes, parted by semicolons")
    INTEGER = "integer", _("whole number")
    DECIMAL = "decimal", _("decimal number")
    BOOLEAN = "boolean", _("true or false")
    DATE = "date", _("date (2026-11-23)")
    MONTH = "month", _("month (2026-11)")
    INSTANT = "instant", _("instant (ISO 8601, with its offset)")


NEVER_EMPTY: Final = _("is never empty")
NOT_KNOWN: Final = _("not known, which is not zero")
NOT_SAID: Final = _("not said")
NOT_YET: Final = _("has not happened yet")
OPEN_END: Final = _("without an end")
TOO_FEW: Final = _("too few for figures, which is not zero")
NO_DATA: Final = _("no data, which is not zero")
WHOLE_CITY: Final = _("the whole city")


@dataclass(frozen=True)
class DataColumn:
    """One column of a data set.

    Args:
        name: as it stands in the files, the same in every language.
        empty: what an empty cell (null in JSON) means.
    """

    name: str
    title: Label
    type: Type = Type.TEXT
    unit: Label = ""
    empty: Label = NEVER_EMPTY

    def words(self, language: str) -> str:
        with override(language):
            return str(self.title)

    def json(self, cell: str) -> Any:
        """The value of a cell; a figure that no double holds stays a text."""
        if self.type == Type.CODES:
            return cell.split(PARTED) if cell else []
        if not cell:
            return None
        match self.type:
            case Type.INTEGER:
                return int(cell)
            case Type.DECIMAL:
                number = Decimal(cell)
                return float(number) if fits_double(number) else cell
            case Type.BOOLEAN:
                return cell == "true"
            case _:
                return cell


#: Of columns of published tables, by what reads and writes them; the first that fits.
TYPES: Final[tuple[tuple[type[Column], Type], ...]] = (
    (Several, Type.CODES), (Codes, Type.CODES), (Choice, Type.CODE), (Day, Type.DATE),
    (Minute, Type.INSTANT), (Flag, Type.BOOLEAN),
)  # fmt: skip


def of_table(columns: Iterable[tuple[str, Column]]) -> Iterator[DataColumn]:
    """The columns of a published table as its declaration says them."""
    for name, column in columns:
        kind = next((type_ for is_, type_ in TYPES if isinstance(column, is_)), Type.TEXT)
        if isinstance(column, Number):
            kind = Type.DECIMAL if column.places else Type.INTEGER
        empty = NEVER_EMPTY
        if not column.required and kind != Type.BOOLEAN:
            empty = NOT_KNOWN if column.numeric else NOT_SAID
        yield DataColumn(name, column.title, kind, column.unit, empty)


def codes(name: str, title: Label, empty: Label = NEVER_EMPTY) -> DataColumn:
    return DataColumn(name, title, Type.CODES, empty=empty)


def code(name: str, title: Label, empty: Label = NEVER_EMPTY) -> DataColumn:
    return DataColumn(name, title, Type.CODE, empty=empty)


def count(name: str, title: Label, empty: Label = NEVER_EMPTY, unit: Label = "") -> DataColumn:
    return DataColumn(name, title, Type.INTEGER, unit, empty)


def number(name: str, title: Label, unit: Label, empty: Label = NEVER_EMPTY) -> DataColumn:
    return DataColumn(name, title, Type.DECIMAL, unit, empty)


def flag(name: str, title: Label, empty: Label = NEVER_EMPTY) -> DataColumn:
    return DataColumn(name, title, Type.BOOLEAN, empty=empty)


def day(name: str, title: Label, empty: Label = NEVER_EMPTY) -> DataColumn:
    return DataColumn(name, title, Type.DATE, empty=empty)


def instant(name: str, title: Label, empty: Label = NEVER_EMPTY) -> DataColumn:
    return DataColumn(name, title, Type.INSTANT, empty=empty)


def with_basis(title: Label, basis: Label) -> Label:
    return format_lazy("{}: {}", title, basis)
