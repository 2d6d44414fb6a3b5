"""Calendar files: the weekly days of rest, one notice per year, and closures of the city."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rules.city import ROOT, city_code
from rules.errors import RuleError
from rules.names import Trust
from rules.tables import Table, parse_toml
from rules.texts import Clause, Source, Words

WEEK_FILE = "week.toml"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Week:
    """The weekly days of rest as ISO weekdays, Monday being 1."""

    rest: tuple[int, ...]
    name: Words
    clause: Clause
    source: Source

    @property
    def working(self) -> tuple[int, ...]:
        """The ISO weekdays on which work is done."""
        return tuple(sorted({1, 2, 3, 4, 5, 6, 7} - set(self.rest)))


@dataclass(frozen=True, slots=True)
class NoticedDay:
    """A day that a notice makes a day off or a working day."""

    date: date
    working: bool
    why: Words
    notice: Source


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice, with its number where it is given; `year` is None for the city's own closure."""

    file: str
    year: int | None
    source: Source
    days: tuple[NoticedDay, ...]
    number: str = ""


def read_calendars(city: str = "", *, root: Path = ROOT) -> dict[str, str]:
    """Reads the calendar files of a city."""
    folder = root / (city or city_code()) / "calendars"
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))}


def parse_week(text: str) -> Week:
    """Reads `week.toml`.

    Raises:
        RuleError: anything missing, unknown or out of range.
    """
    top = Table(WEEK_FILE, "(file)", parse_toml(WEEK_FILE, text))
    head = Table(WEEK_FILE, "week", top.take("week", dict))
    source = Table(WEEK_FILE, "source", top.take("source", dict))
    clause, _trust = head.cite(), _trusted(head)
    rest = head.take("rest", list)
    if not set(rest) < {1, 2, 3, 4, 5, 6, 7}:
        raise head.refuse("rest lists ISO weekdays 1 to 7, and not all of them")
    origin = Source(source.words("title"), source.take("url", str, ""))
    week = Week(tuple(sorted(rest)), head.words("name"), clause, origin)
    for table in (head, source, top):
        table.end()
    return week


def parse_notices(document: Mapping[str, str]) -> tuple[Notice, ...]:
    """Reads every notice, the years first and in order, then the city's own closures.

    Raises:
        RuleError: a bad file, a year twice or left out, a day that two notices decide.
    """
    files = sorted(set(document) - {WEEK_FILE})
    notices = sorted(
        (_notice(name, document[name]) for name in files),
        key=lambda notice: (notice.year is None, notice.year or 0, notice.file),
    )
    years = [notice.year for notice in notices if notice.year is not None]
    if not years or years != list(range(years[0], years[0] + len(years))):
        raise RuleError("calendars", "notice.year", "the years must follow each other, each once")
    _refuse_double(notices)
    return tuple(notices)


def _notice(file: str, text: str) -> Notice:
    top = Table(file, "(file)", parse_toml(file, text))
    head = Table(file, "notice", top.take("notice", dict))
    _trusted(head)
    source = Source(head.words("title"), head.take("url", str, ""))
    year = head.take("year", int) if head.has("year") else None
    days = [*_days(top, "off", source), *_days(top, "work", source)]
    number = head.take("number", str, "")
    head.end()
    top.end()
    for day in days:
        early = date(year, 1, 1) - ONE_DAY if year else day.date
        if not early <= day.date <= date(year or day.date.year, 12, 31):
            raise RuleError(file, str(day.date), f"is not a day of {year}")
    return Notice(file, year, source, tuple(days), number)


def _trusted(head: Table) -> Trust:
    label = head.take("trust", str)
    if label not in (Trust.PLAN, Trust.V):
        raise head.refuse("a calendar is read in a primary text: trust PLAN or V")
    return Trust(label)


def _days(top: Table, name: str, source: Source) -> Iterator[NoticedDay]:
    for table in top.tables(name):
        why = table.words("name")
        first = table.take("day", date) if table.has("day") else table.take("from", date)
        last = table.take("to", date) if table.has("to") else first
        table.end()
        if last < first:
            raise table.refuse("to is before from")
        for offset in range((last - first).days + 1):
            yield NoticedDay(first + ONE_DAY * offset, name == "work", why, source)


def _refuse_double(notices: list[Notice]) -> None:
    """A day may stand in one notice only; a closure of the city may go before a notice."""
    seen: dict[tuple[date, bool], str] = {}
    for notice in notices:
        for day in notice.days:
            place = (day.date, notice.year is None)
            if place in seen:
                raise RuleError(notice.file, str(day.date), f"stands in {seen[place]} already")
            seen[place] = notice.file
