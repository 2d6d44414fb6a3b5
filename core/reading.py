"""Reading single values that came from outside, where no form or serializer does."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.problems import FieldError, Invalid

#: As many digits as every whole-number column holds.
DIGITS = 18
#: Letters and symbols by Unicode's categories, of which nothing is drawn.
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
#: Characters that turn the direction of writing: they make a line read as what it is not.
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: A comma stands between groups of three digits only; elsewhere it may have meant the decimals.
NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")


def whole_number(text: str) -> int | None:
    """A number ≥ 0 written in digits; None for anything else, however long."""
    if text.isascii() and text.isdecimal() and len(text) <= DIGITS:
        return int(text)
    return None


def decimal_number(text: str) -> Decimal | None:
    """A number as people write it, in wide digits too; None for anything else, and for doubt."""
    written = canonical(text).strip()
    return Decimal(written.replace(",", "")) if NUMBER.fullmatch(written) else None


def canonical(text: str) -> str:
    """What two spellings of one thing share: wide is narrow, and nothing unseen is in it."""
    if text.isascii() and text.isprintable():
        return text
    narrow = unicodedata.normalize("NFKC", text)
    kept = (" " if c.isspace() else c for c in narrow if c.isspace() or seen(c))
    return unicodedata.normalize("NFKC", "".join(kept))


def seen(character: str) -> bool:
    """Whether anything is drawn for it, alone or on the letter before it."""
    return unicodedata.category(character)[0] not in "CZ" and character not in BLANK


def worded(text: str) -> str:
    """Without space around it; empty where nothing in it can be seen."""
    kept = text.strip()
    if kept.isascii() and kept.isprintable():
        return kept
    drawn = any(seen(c) and not unicodedata.category(c).startswith("M") for c in kept)
    return kept if drawn else ""


def controls(text: str, *, one_line: bool) -> bool:
    """Whether it holds what steers a screen or turns the writing; lines may be several."""
    if text.isprintable():
        return False
    lines = "" if one_line else "\t\n\r"
    return any(c in TURNING or (unicodedata.category(c) == "Cc" and c not in lines) for c in text)


def refuse_nul(body: Any) -> None:
    """Raises Invalid with each text that has a NUL: no column of the database can hold one."""
    found = [FieldError(place, _("Control characters are not allowed.")) for place in _nul(body)]
    if found:
        raise Invalid(found)


def _nul(value: Any, pointer: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if "\0" in value:
            yield pointer
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _nul(inner, f"{pointer}/{key}".replace("\0", ""))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _nul(inner, f"{pointer}/{index}")
