"""What every rule file is made of, and reading it strictly: fields typed, leftovers refused."""

import hashlib
import json
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from string import Formatter
from typing import TypeVar

from django.conf import settings
from django.utils.translation import get_language

T = TypeVar("T")
_REQUIRED = object()
#: To Python a kind of the other, in a file another thing.
_NOT: dict[type, type] = {int: bool, date: datetime}
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and in English; as a string, the one of the active language."""

    zh: str
    en: str

    def __str__(self) -> str:
        language = get_language() if settings.configured else None
        return self.en if (language or "").startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Clause(Words):
    """A short citation, such as `方案三(一)2(1)` and `Plan 3(1)2(1)`."""

    __str__ = Words.__str__


@dataclass(frozen=True, slots=True)
class Source:
    title: Words
    url: str = ""

    def __str__(self) -> str:
        return str(self.title)


class RuleError(Exception):
    """Rule files that cannot be loaded: which file, which key or table, which clause, why."""

    def __init__(self, file: str, key: str, reason: str, clause: Clause | None = None) -> None:
        self.file, self.key, self.reason, self.clause = file, key, reason, clause
        cited = f" ({clause.zh} / {clause.en})" if clause else ""
        super().__init__(f"{file}: {key}{cited}: {reason}")


def digest(document: Mapping[str, str]) -> str:
    """Returns the SHA-256 of source texts, the same whatever their order or line ends."""
    plain = {name: text.replace("\r\n", "\n") for name, text in document.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def fields_in(text: str) -> set[str]:
    """What a text of the rules leaves to be filled in, by the names between its braces."""
    return {name for _text, name, _format, _how in Formatter().parse(text) if name is not None}


def parse_toml(file: str, text: str) -> dict[str, object]:
    """Numbers with a point become Decimal. Raises RuleError."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(file, "(file)", f"does not parse: {error}") from error


class Table:
    """One TOML table being read; remembers what was not asked for."""

    def __init__(self, file: str, key: str, fields: object) -> None:
        if not isinstance(fields, Mapping):
            raise RuleError(file, key, "is not a table")
        self.file, self.key = file, key
        self._fields: dict[str, object] = dict(fields)
        self.clause: Clause | None = None

    def refuse(self, reason: str) -> RuleError:
        return RuleError(self.file, self.key, reason, self.clause)

    def take(self, name: str, kind: type[T], default: object = _REQUIRED) -> T:
        """A missing field is refused unless a default is given."""
        value = self._fields.pop(name, default)
        if value is _REQUIRED:
            raise self.refuse(f"has no {name}")
        if value is default:
            return value  # type: ignore[return-value]
        if not isinstance(value, kind) or isinstance(value, _NOT.get(kind, ())):
            raise self.refuse(f"{name} is not a {kind.__name__}")
        if value == "":
            raise self.refuse(f"{name} is empty")
        return value

    def positive(self, name: str) -> int:
        """Takes a whole number of at least 1."""
        number = self.take(name, int)
        if number < 1:
            raise self.refuse(f"{name} must be at least 1")
        return number

    def maybe_words(self, name: str) -> Words | None:
        """As `words`; None where there are none."""
        return self.words(name) if name in self._fields else None

    def words(self, name: str) -> Words:
        """Takes `{zh = "...", en = "..."}`; both must be there."""
        table = Table(self.file, f"{self.key}.{name}", self.take(name, dict))
        table.clause = self.clause
        words = Words(table.take("zh", str), table.take("en", str))
        table.end()
        return words

    def cite(self) -> Clause:
        """Takes the clause, which every later error of this table then names."""
        words = self.words("clause")
        clause = Clause(words.zh, words.en)
        self.clause = clause
        return clause

    def one_of(self, name: str, choices: Collection[str]) -> str:
        word = self.take(name, str)
        if word not in choices:
            raise self.refuse(f"{name} {word} is none of: {', '.join(choices)}")
        return word

    def raw(self, name: str) -> object:
        if name not in self._fields:
            raise self.refuse(f"has no {name}")
        return self._fields.pop(name)

    def has(self, name: str) -> bool:
        return name in self._fields

    def tables(self, name: str) -> list["Table"]:
        """A missing array is an empty one."""
        rows = self.take(name, list, [])
        return [Table(self.file, f"{name}[{n}]", row) for n, row in enumerate(rows, start=1)]

    def end(self) -> None:
        """Refuses fields that nobody asked for."""
        if self._fields:
            raise self.refuse(f"unknown: {', '.join(sorted(self._fields))}")
