"""Loading rule files into the database, once per content."""

from dataclasses import dataclass

from django.db import connections

from rules.book import Book
from rules.calendar import Calendar
from rules.models import CalendarVersion, RulesVersion, Version


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of one load.

    Attributes:
        label: the version.
        new: False where the same content was in the database before.
        newest: False where a later load has put another version before it.
    """

    label: str
    new: bool
    newest: bool


def owner_alias() -> str:
    """Returns the connection that may write rules: the owner's, where there is one."""
    return "owner" if "owner" in connections.settings else "default"


def load(city: str, *, using: str = "") -> tuple[Loaded, Loaded]:
    """Loads the rules and the calendar of a city; safe to repeat and to run at once.

    Raises:
        RuleError: files that are refused; nothing is loaded then.
    """
    alias = using or owner_alias()
    rules, calendar = Book.from_files(city), Calendar.from_files(city)
    return _store(RulesVersion, rules, city, alias), _store(CalendarVersion, calendar, city, alias)


def _store(rows: type[Version], found: Book | Calendar, city: str, alias: str) -> Loaded:
    table = rows.objects.using(alias)
    before = table.filter(hash=found.hash).exists()
    if not before:
        row = rows(hash=found.hash, label=found.version, city=city, document=dict(found.document))
        table.bulk_create([row], ignore_conflicts=True)
    newest = table.filter(city=city).order_by("-id").values_list("hash", flat=True).first()
    return Loaded(found.version, new=not before, newest=newest == found.hash)
