"""The versions of rules and calendars: loading files as one, and those this process works with.

Whether a newer version was loaded is asked at most once every few seconds, so that no request
pays a query for it and no restart is needed. An old one, once built, is kept for good.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import connections, transaction

from core.clock import city_now, local_date
from rules.book import Book
from rules.calendar import WEEK_FILE, Calendar
from rules.city import city_code
from rules.files import Words
from rules.models import CalendarVersion, RulesVersion, Version
from rules.policy import Policy

T = TypeVar("T")
RECHECK_SECONDS = 5.0


class NotLoaded(LookupError):
    """The version is not in the database: `manage.py load_rules` was not run, or it is unknown."""


class _Newest(Generic[T]):
    """The versions of one table, built once each."""

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
            rows = self.rows.objects.filter(city=city_code()).order_by("-id")
            label = rows.values_list("label", flat=True).first()
            if label is None:
                name = self.rows.__name__
                raise NotLoaded(f"no {name} of {city_code()}: run manage.py load_rules")
            self.label, self.asked_at = label, time.monotonic()
        return self.version(self.label)

    def version(self, label: str) -> T:
        found = self.built.get(label)
        if found is not None:
            return found
        row = self.rows.objects.filter(label=label).first()
        if row is None:
            raise NotLoaded(f"no {self.rows.__name__} {label} in this database")
        with self.lock:
            return self.built.setdefault(label, self.build(row))


_books = _Newest(RulesVersion, lambda row: Book.of(row.document))
_calendars = _Newest(CalendarVersion, lambda row: Calendar.of(row.document, city=row.city))


def current() -> Book:
    """The newest book of the city. Raises NotLoaded."""
    return _books.newest()


def policy() -> Policy:
    """In force today in the whole city, for keys that no district sets."""
    return current().in_force(on=local_date(city_now()))


def book(version: str) -> Book:
    """Raises NotLoaded where the database has no such version, however old."""
    return _books.version(version)


def calendar(version: str | None = None) -> Calendar:
    """The newest where no version is named. Raises NotLoaded."""
    return _calendars.version(version) if version else _calendars.newest()


def forget() -> None:
    """Drops what this process has kept; the next question asks the database."""
    _books.forget()
    _calendars.forget()


@dataclass(frozen=True, slots=True)
class Loaded:
    """`new`: no load had this content before; `newest`: no later load put another before it."""

    label: str
    new: bool
    newest: bool


@dataclass(frozen=True, slots=True)
class News:
    """A `calendar` or `rules` version about to be stored; `before` is the hash of the last one."""

    kind: str
    label: str
    hash: str
    before: str
    changes: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Noted:
    """What is kept with a version: the reason, the approver's role, the entry of the record."""

    reason: str = ""
    role: str = ""
    entry: int | None = None


#: Asked before a new version is stored, in the same transaction; what it raises stops the load.
Note = Callable[[News], Noted]


def owner_alias() -> str:
    """The connection that may write rules: the owner's, where there is one."""
    return "owner" if "owner" in connections.settings else "default"


def load(
    city: str, *, using: str = "", note: Note = lambda _news: Noted()
) -> tuple[Loaded, Loaded]:
    """Loads the rules and the calendar of a city; safe to repeat and to run at once.

    Raises:
        RuleError: files that are refused; nothing is loaded then.
    """
    alias = using or owner_alias()
    rules, calendar = Book.from_files(city), Calendar.from_files(city)
    with transaction.atomic(using=alias):
        with connections[alias].cursor() as cursor:
            # Two loads at once follow each other; reading goes on.
            cursor.execute("LOCK TABLE rules_version, rules_calendar IN SHARE ROW EXCLUSIVE MODE")
        return (
            _store(RulesVersion, rules, city, alias, note),
            _store(CalendarVersion, calendar, city, alias, note),
        )


def _store(
    rows: type[Version], found: Book | Calendar, city: str, alias: str, note: Note
) -> Loaded:
    table = rows.objects.using(alias)
    newest = table.filter(city=city).order_by("-id").first()
    if table.filter(hash=found.hash).exists():
        return Loaded(found.version, new=False, newest=newest is None or newest.hash == found.hash)
    # What is new in each file is told by the title and the number of what stands in it.
    if isinstance(found, Calendar):
        titles = {one.file: (one.source.title, one.number) for one in found.notices}
        titles[WEEK_FILE] = (found.week.source.title, "")
    else:
        titles = {one.file: (one.title, one.number) for one in found.decisions}
    before = newest.document if newest else {}
    changes = []
    for name in sorted(name for name, text in found.document.items() if before.get(name) != text):
        title, number = titles.get(name, (Words(name, name), ""))
        changes.append({"file": name, "title": asdict(title), "number": number})
    news = News(
        kind="calendar" if isinstance(found, Calendar) else "rules",
        label=found.version,
        hash=found.hash,
        before=newest.hash if newest else "",
        changes=changes,
    )
    noted = note(news)
    table.create(
        hash=found.hash,
        label=found.version,
        city=city,
        document=dict(found.document),
        changes=news.changes,
        reason=noted.reason,
        approved_role=noted.role,
        entry=noted.entry,
    )
    return Loaded(found.version, new=True, newest=True)
