"""New calendars for tests: a year's notice, a correction, loaded as the owner does."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from ledger.loading import Approval, load_city
from rules import registry
from rules.calendar import Calendar, read_calendars
from rules.city import city_code

#: New Year for three days; Sunday 3 January is worked. (Invented: the notice is not out.)
NEW_YEAR = """
[[off]]
name = { zh = "元旦", en = "New Year's Day" }
from = 2027-01-01
to = 2027-01-02

[[work]]
name = { zh = "元旦", en = "New Year's Day" }
day = 2027-01-03
"""
Texts = dict[str, str]


def of_2027(texts: Mapping[str, str]) -> Texts:
    """The files with an invented notice of 2027 beside those of the years before."""
    head = texts["2026.toml"].partition("[[")[0].replace("2026", "2027")
    return {**texts, "2027.toml": head + NEW_YEAR}


def day_off(texts: Mapping[str, str], day: str, name: str = "更正") -> Texts:
    """The files with the notice of 2026 corrected: one more day off."""
    more = f'\n[[off]]\nname = {{ zh = "{name}", en = "Correction" }}\nday = {day}\n'
    return {**texts, "2026.toml": texts["2026.toml"] + more}


def worked(texts: Mapping[str, str], day: str) -> Texts:
    """The files with the notice of 2026 corrected: one more day of rest that is worked."""
    more = f'\n[[work]]\nname = {{ zh = "更正", en = "Correction" }}\nday = {day}\n'
    return {**texts, "2026.toml": texts["2026.toml"] + more}


def without_off(texts: Mapping[str, str], first: str) -> Texts:
    """The files with the notice of 2026 corrected: a holiday is taken back."""
    pattern = rf"\[\[off\]\]\nname = [^\n]*\nfrom = {first}\nto = [^\n]*\n"
    text, found = re.subn(pattern, "", texts["2026.toml"])
    assert found == 1
    return {**texts, "2026.toml": text}


@contextmanager
def files(texts: Mapping[str, str]) -> Iterator[Calendar]:
    """The calendar files of the city as they would be after an edit."""
    found = Calendar.of(texts, city=city_code())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Calendar, "from_files", lambda *_args: found)
        yield found


def load(texts: Mapping[str, str], word: Approval | None = None) -> Calendar:
    """Load calendar files as the owner of the database does, and let this process see them."""
    with files(texts) as found:
        load_city(city_code(), word or Approval())
    registry.forget()
    return found


__all__ = ["day_off", "files", "load", "of_2027", "read_calendars", "without_off", "worked"]
