"""Reading single values that came from outside, where no form or serializer does."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.problems import FieldError, Invalid

#: As many digits as every whole-number column holds.
DIGITS = 18


def whole_number(text: str) -> int | None:
    """A number ≥ 0 written in digits; None for anything else, however long."""
    if text.isascii() and text.isdecimal() and len(text) <= DIGITS:
        return int(text)
    return None


def worded(text: str) -> str:
    """Without space around it; empty where nothing in it can be seen."""
    kept = text.strip()
    seen = any(unicodedata.category(character)[0] not in "CZ" for character in kept)
    return kept if seen else ""


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
