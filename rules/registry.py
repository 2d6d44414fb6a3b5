"""The rules and the calendar that this process works with.

Both are read from the database once and kept. Whether a newer version was loaded is asked at
most once every few seconds, so that no request pays a query for it and no restart is needed.
Versions never change: an old one, once built, is kept for as long as the process lives.
"""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from django.conf import settings

from rules.book import Book
from rules.calendar import Calendar
from rules.city import city_code
from rules.errors import NotLoaded
from rules.models import CalendarVersion, RulesVersion, Version

T = TypeVar("T")
RECHECK_SECONDS = 5.0


class _Newest(Generic[T]):
    """The versions of one table, built once each.

    Args:
        rows: the table.
        build: makes the thing from a row.
    """

    def __init__(self, rows: type[Version], build: Callable[[Version], T]) -> None:
        self.rows, self.build = rows, build
        self.lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self.built: dict[str, T] = {}
        self.label = ""
        self.asked_at = float("-inf")

    def newest(self) -> T:
        wait = float(getattr(settings, "RULES_RECHECK_SECONDS", RECHECK_SECONDS))
        if not self.label or time.monotonic() - self.asked_at >= wait:
            self._ask()
        return self.version(self.label)

    def version(self, label: str) -> T:
        found = self.built.get(label)
        return found if found is not None else self._build(label)

    def _ask(self) -> None:
        rows = self.rows.objects.filter(city=city_code()).order_by("-id")
        label = rows.values_list("label", flat=True).first()
        if label is None:
            raise NotLoaded(f"no {self.rows.__name__} of {city_code()}: run manage.py load_rules")
        self.label, self.asked_at = label, time.monotonic()

    def _build(self, label: str) -> T:
        row = self.rows.objects.filter(label=label).first()
        if row is None:
            raise NotLoaded(f"no {self.rows.__name__} {label} in this database")
        with self.lock:
            return self.built.setdefault(label, self.build(row))


_books = _Newest(RulesVersion, lambda row: Book.of(row.document))
_calendars = _Newest(CalendarVersion, lambda row: Calendar.of(row.document, city=row.city))


def current() -> Book:
    """Returns the newest book of the city.

    Raises:
        NotLoaded: no rules were loaded into this database.
    """
    return _books.newest()


def book(version: str) -> Book:
    """Returns the book of a version, however old.

    Raises:
        NotLoaded: the database has no such version.
    """
    return _books.version(version)


def calendar(version: str | None = None) -> Calendar:
    """Returns the calendar of a version, or the newest.

    Raises:
        NotLoaded: the database has no such version, or none at all.
    """
    return _calendars.version(version) if version else _calendars.newest()


def forget() -> None:
    """Drops what this process has kept; the next question asks the database."""
    _books.forget()
    _calendars.forget()
