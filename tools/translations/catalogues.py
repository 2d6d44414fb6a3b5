"""The catalogues under locale/<area>/zh_Hans: merged, checked, compiled."""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings

from tools.translations.sources import Message

Key = tuple[str | None, str]
NO_DATE = datetime(2021, 4, 30, tzinfo=UTC)
PLACEHOLDERS = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)[^{}]*\}")


@dataclass
class Merged:
    texts: dict[Key, list[str]] = field(default_factory=dict)
    places: dict[Key, Path] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)


def files() -> list[Path]:
    """In the order in which Django prefers them."""
    found = (Path(path) / "zh_Hans/LC_MESSAGES/django.po" for path in settings.LOCALE_PATHS)
    return [path for path in found if path.is_file()]


def read(path: Path) -> Catalog:
    """One that does not parse is an error, not a shorter catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans", abort_invalid=True)


def compiled(catalog: Catalog) -> bytes:
    """The same bytes at any minute."""
    stream = io.BytesIO()
    # Babel puts the present minute here where the catalogue names none: no two builds were alike.
    catalog.creation_date = NO_DATE
    write_mo(stream, catalog)
    return stream.getvalue()


def merge(paths: Iterable[Path]) -> Merged:
    """As gettext does; notes where they differ."""
    merged = Merged()
    for path in paths:
        for entry in read(path):
            if entry.id:
                ids = _as_tuple(getattr(entry, "id", ""))
                strings = [text or "" for text in _as_tuple(getattr(entry, "string", ""))]
                key: Key = (getattr(entry, "context", None), ids[0])
                where = f"{path.relative_to(settings.BASE_DIR)}: {ids[0]!r}"
                if getattr(entry, "fuzzy", False):
                    merged.faults.append(f"fuzzy     {where}")
                elif not all(strings):
                    merged.faults.append(f"empty     {where}")
                elif any(_placeholders(text) != _placeholders(ids[-1]) for text in strings):
                    # Chinese has no plural: its one form must fit the last form of the English.
                    merged.faults.append(f"unlike    {where} has other placeholders in Chinese")
                if key in merged.texts and merged.texts[key] != strings:
                    merged.differing.append(
                        f"differing {where}: {strings[0]!r}, elsewhere {merged.texts[key][0]!r}"
                    )
                merged.texts.setdefault(key, strings)
                merged.places.setdefault(key, path)
    return merged


def _as_tuple(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (str(value or ""),)


def _placeholders(text: str) -> set[str]:
    return {match[0] for match in PLACEHOLDERS.finditer(text)}


def missing(found: Iterable[Message], merged: Merged) -> Iterator[Message]:
    told: set[Key] = set()
    for message in found:
        if message.key not in merged.texts and message.key not in told:
            told.add(message.key)
            yield message


def unused(found: Iterable[Message], merged: Merged) -> list[str]:
    asked = {message.key for message in found}
    return [
        f"unused    {path.relative_to(settings.BASE_DIR)}: {key[1]!r}"
        for key, path in merged.places.items()
        if key not in asked
    ]
