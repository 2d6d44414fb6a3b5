"""Columns of published tables: form fields that read a cell of a file as they read the page.

What cannot be read raises `ValidationError` with a reason for the person who wrote it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.clock import CITY
from core.reading import controls, decimal_number, worded
from core.templatetags.city import day as written_day
from core.templatetags.city import figure, instant
from rules.files import Words

Label = str | Promise | Words
Value = str | bool | int | Decimal | date | datetime | None
Choices = Sequence[tuple[str, Label]]

NOTHING = "–"
#: A spreadsheet's numbers are IEEE 754 doubles: so many decimal digits survive.
DIGITS_KEPT = 15
#: The last word of the first is what a ticked box of a page sends.
YES = frozenset({"yes", "y", "true", "1", "是", "on"})
NO = frozenset({"no", "n", "false", "0", "否"})
#: How files say of a figure that nobody knows it, which is neither 0 nor without bound.
UNKNOWN = frozenset({"nan", "null", "none", "n/a", "#n/a", "-", "–", "—", "——"})
DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
#: Between the codes of several words, as they are kept; and what may stand there in a file.
PARTED = ";"
SEVERAL = re.compile(r"[;；、\n]")
MINUTE = re.compile(DATE.pattern + r"[T\s]*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(Z|[+-]\d{2}:?\d{2})?")


def fits_double(value: int | Decimal) -> bool:
    """Whether the numbers of spreadsheets and of JSON keep each of its digits."""
    return len(Decimal(value).normalize().as_tuple().digits) <= DIGITS_KEPT


def in_both_languages(words: Iterable[Label]) -> set[str]:
    """The words in both, folded, whatever language the request speaks."""
    labels, found = list(words), set()
    for language in ("zh-hans", "en"):
        with override(language):
            found |= {folded(str(label)) for label in labels}
    return found


def folded(header: str) -> str:
    """A header reduced to what identifies it: width, case, spaces and brackets do not."""
    return re.sub(r"[\s_()]+", "", plain(header).casefold())


def plain(cell: str) -> str:
    """Without outer spaces, wide digits and letters made narrow."""
    return unicodedata.normalize("NFKC", cell).strip()


class Column(forms.Field):
    """A column of a published table; the header of people's files is its label, `title (unit)`."""

    #: What an empty cell means where the column may be empty.
    empty: Value = None
    numeric = False

    def __init__(
        self,
        title: Label,
        *,
        required: bool = True,
        hint: Label = "",
        unit: Label = "",
        widget: forms.Widget | None = None,
    ) -> None:
        self.title, self.unit = title, unit
        super().__init__(
            label=format_lazy("{} ({})", title, unit) if unit else title,  # type: ignore[arg-type]
            help_text=hint,  # type: ignore[arg-type]
            required=required,
            widget=widget,
            error_messages={"required": _("Must not be empty.")},
        )

    def to_python(self, value: Any) -> Value:
        """Emptiness is judged afterwards."""
        cell = str(value or "")
        return self.read(cell) if worded(cell) else self.empty

    def read(self, cell: str) -> Value:
        """The value of a cell that is not empty. Raises ValidationError where it does not fit."""
        raise NotImplementedError

    def write(self, value: Value) -> str:
        """The text of a value in the reader's language; `read` reads it back."""
        return "" if value is None else str(value)

    def code(self, value: Value) -> str:
        """The text of a value for programs, the same in every language; `read` reads it back."""
        return self.write(value)

    def show(self, value: Value) -> str:
        return self.write(value) or NOTHING

    def prepare_value(self, value: Any) -> Any:
        """A stored value is written; what was typed is shown as it was."""
        return value if value is None or isinstance(value, str) else self.write(value)


class Text(Column):
    """At most `longest` characters."""

    empty = ""

    def __init__(
        self, title: Label, *, longest: int, widget: forms.Widget | None = None, **more: Any
    ) -> None:
        self.longest = longest
        usual = forms.Textarea(attrs={"rows": 2}) if longest > 120 else forms.TextInput()
        super().__init__(title, widget=widget or usual, **more)

    def read(self, cell: str) -> Value:
        words = " ".join(cell.split())
        if controls(words, one_line=True):
            raise ValidationError(_("Control characters are not allowed."))
        if len(words) > self.longest:
            raise ValidationError(
                format_lazy(
                    _("At most {longest} characters; this has {have}."),
                    longest=self.longest,
                    have=len(words),
                )
            )
        return words


class Paragraphs(Text):
    """Plain paragraphs, each kept as one line."""

    def __init__(self, title: Label, *, longest: int, **more: Any) -> None:
        super().__init__(title, longest=longest, widget=forms.Textarea(attrs={"rows": 12}), **more)

    def read(self, cell: str) -> Value:
        read = super().read
        lines = "\n".join(str(read(line)) for line in cell.splitlines() if worded(line))
        if len(lines) > self.longest:
            read(lines)
        return lines


class Link(Text):
    """The address of a page, which is linked and never fetched."""

    def __init__(self, title: Label, **more: Any) -> None:
        super().__init__(title, longest=500, widget=forms.URLInput(), **more)

    def read(self, cell: str) -> Value:
        address = str(super().read(cell))
        try:
            URLValidator(schemes=("https", "http"))(address)
        except ValidationError:
            reason = _("Is not the address of a page, such as https://www.example.gov.cn/a.html.")
            raise ValidationError(reason) from None
        return address


class Codes(Text):
    """Codes of other rows, kept parted by semicolons, however a file parts them."""

    def read(self, cell: str) -> Value:
        words = SEVERAL.split(str(super().read(cell)))
        return PARTED.join(filter(None, map(str.strip, words)))


class Number(Column):
    """Numbers from 0 to `largest` with at most so many decimal places; one that is not known is
    empty, and refused where it is required."""

    numeric = True

    def __init__(self, title: Label, *, places: int, largest: int, **more: Any) -> None:
        self.places, self.largest = places, largest
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(title, widget=widget, **more)

    def to_python(self, value: Any) -> Value:
        if not self.required and plain(str(value or "")).casefold() in UNKNOWN:
            return self.empty
        return super().to_python(value)

    def read(self, cell: str) -> Value:
        value = decimal_number(cell)
        if value is None:
            raise ValidationError(_("Is not a number."))
        if value < 0 or value > self.largest:
            bounds = _("Must be from 0 to {largest}.")
            raise ValidationError(format_lazy(bounds, largest=f"{self.largest:,}"))
        if value != round(value, self.places):
            if self.places == 0:
                raise ValidationError(_("Must be a whole number."))
            raise ValidationError(
                format_lazy(_("At most {places} decimal places."), places=self.places)
            )
        return round(value, self.places) if self.places else int(value)

    def write(self, value: Value) -> str:
        if not isinstance(value, Decimal):
            return super().write(value)
        words = f"{value:f}"
        return words.rstrip("0").rstrip(".") if "." in words else words

    def show(self, value: Value) -> str:
        if self.unit and isinstance(value, Decimal | int):
            return figure(Decimal(value).normalize())
        return super().show(value)


class Day(Column):
    """Dates: 2026-11-23, 2026/11/23 or 2026年11月23日."""

    def __init__(self, title: Label, **more: Any) -> None:
        super().__init__(title, widget=forms.DateInput(attrs={"type": "date"}), **more)

    def read(self, cell: str) -> Value:
        try:
            year, month, day = DATE.fullmatch(plain(cell)).groups()  # type: ignore[union-attr]
            return date(int(year), int(month), int(day))
        except (AttributeError, ValueError):
            raise ValidationError(_("Is not a date such as 2026-11-23.")) from None

    def show(self, value: Value) -> str:
        return written_day(value) if isinstance(value, date) else super().show(value)


class Minute(Column):
    """Instants: 2026-11-23 08:30, Asia/Shanghai unless an offset is written; 24:00 is the end of
    the day."""

    def __init__(self, title: Label, **more: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"})
        super().__init__(title, widget=widget, **more)

    def read(self, cell: str) -> Value:
        found = MINUTE.fullmatch(plain(cell))
        try:
            *parts, offset = found.groups()  # type: ignore[union-attr]
            year, month, day, hour, minute, second = (int(part or 0) for part in parts)
            days, hour = divmod(hour, 24) if (hour, minute, second) == (24, 0, 0) else (0, hour)
            local = datetime(year, month, day, hour, minute, second, tzinfo=CITY)
            if offset:
                local = datetime.fromisoformat(f"{local:%Y-%m-%dT%H:%M:%S}{offset}")
            return local + timedelta(days=days)
        except (AttributeError, ValueError, OverflowError):
            raise ValidationError(_("Is not a time such as 2026-11-23 08:30.")) from None

    def write(self, value: Value) -> str:
        if not isinstance(value, datetime):
            return ""
        local = value.astimezone(CITY)
        return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"

    def code(self, value: Value) -> str:
        return value.isoformat() if isinstance(value, datetime) else ""

    def show(self, value: Value) -> str:
        return instant(value) if isinstance(value, datetime) else NOTHING

    def prepare_value(self, value: Any) -> Any:
        return value and super().prepare_value(value).replace(" ", "T")


class Choice(Column):
    """One of several words: the code, or its Chinese or English label."""

    def __init__(self, title: Label, choices: Choices | Callable[[], Choices], **more: Any) -> None:
        self._choices = choices
        self._spellings: dict[str, str] = {}
        widget = forms.Select()
        widget.choices = lambda: [("", _("Choose")), *self.choices]  # type: ignore[assignment]
        super().__init__(title, widget=widget, **more)

    @property
    def choices(self) -> Choices:
        return self._choices() if callable(self._choices) else self._choices

    def read(self, cell: str) -> Value:
        if not self._spellings:
            for code, words in self.choices:
                self._spellings |= dict.fromkeys({folded(code), *in_both_languages([words])}, code)
        found = self._spellings.get(folded(cell))
        if found is None:
            known = ", ".join(str(words) for _code, words in self.choices)
            raise ValidationError(format_lazy(_("Must be one of: {known}."), known=known))
        return found

    def write(self, value: Value) -> str:
        return next((str(words) for code, words in self.choices if code == value), "")

    def code(self, value: Value) -> str:
        return str(value or "")

    def show(self, value: Value) -> str:
        return self.write(value) or str(value)

    def prepare_value(self, value: Any) -> Any:
        return value


class Ticks(forms.CheckboxSelectMultiple):
    """The column reads what was ticked, as it reads the codes in a file."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return PARTED.join(super().value_from_datadict(data, files, name) or [])


class Several(Choice):
    """Some of several words, each as `Choice` reads it; kept as codes in the order of the choices,
    parted by semicolons. Commas do not part them: words have some."""

    empty = ""

    def __init__(self, title: Label, choices: Choices | Callable[[], Choices], **more: Any) -> None:
        super().__init__(title, choices, **more)
        self.widget = Ticks()
        self.widget.choices = lambda: self.choices

    def read(self, cell: str) -> Value:
        read = super().read
        found = {read(word) for word in SEVERAL.split(cell) if worded(word)}
        return PARTED.join(code for code, _words in self.choices if code in found)

    def write(self, value: Value) -> str:
        codes = str(value or "").split(PARTED)
        return str(_("; ")).join(str(words) for code, words in self.choices if code in codes)

    def show(self, value: Value) -> str:
        return self.write(value) or NOTHING

    def prepare_value(self, value: Any) -> Any:
        return value.split(PARTED) if isinstance(value, str) else value


class Checkbox(forms.CheckboxInput):
    """The column reads what was sent, as it reads the word in a file."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name, "")


class Flag(Column):
    """Yes and no (是, 否); an empty cell is no."""

    empty = False

    def __init__(self, title: Label, *, hint: Label = "") -> None:
        super().__init__(title, required=False, hint=hint, widget=Checkbox())

    def read(self, cell: str) -> Value:
        word = plain(cell).casefold()
        if word not in YES | NO:
            raise ValidationError(_("Must be yes or no."))
        return word in YES

    def write(self, value: Value) -> str:
        return str(_("Yes") if value else _("No"))

    def code(self, value: Value) -> str:
        return "true" if value else "false"

    def prepare_value(self, value: Any) -> Any:
        return value
