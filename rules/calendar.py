"""The working-day calendar: days off, make-up days, and counting in constant time.

The day of the event is left out and the last day counts (Civil Code 201, Administrative
Licensing Law 82). Beyond the last year with a published notice, the ordinary week is counted
and the answer is provisional.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from zoneinfo import ZoneInfo

from rules.city import ROOT, city_code
from rules.files import SHOWN, Clause, RuleError, Source, Table, Words, digest, parse_toml
from rules.names import Trust

ZONE = ZoneInfo("Asia/Shanghai")
DAYS_OF_WEEK = 7
WEEK_FILE = "week.toml"
ONE_DAY = timedelta(days=1)


class BeforeCalendar(ValueError):
    """A day before the first year of the calendar."""


@dataclass(frozen=True, slots=True)
class Week:
    """The weekly days of rest as ISO weekdays, Monday being 1."""

    rest: tuple[int, ...]
    name: Words
    clause: Clause
    source: Source

    @property
    def working(self) -> tuple[int, ...]:
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


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a limit; provisional where a year without a notice was counted."""

    date: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class DayOff:
    date: date
    why: Words
    notice: Source


@dataclass(frozen=True, eq=False)
class Calendar:
    """A working-day calendar in one version.

    Attributes:
        last: last day of the last published year.
        _before: for the n-th day from `first`, how many working days lie before it.
    """

    version: str
    hash: str
    document: Mapping[str, str] = field(repr=False)
    week: Week = field(repr=False)
    notices: tuple[Notice, ...] = field(repr=False)
    first: date
    last: date
    _noticed: Mapping[date, NoticedDay] = field(repr=False)
    _before: tuple[int, ...] = field(repr=False)
    _days: tuple[date, ...] = field(repr=False)

    @classmethod
    def of(cls, document: Mapping[str, str], *, city: str) -> "Calendar":
        """Raises RuleError for files that do not parse or contradict each other."""
        week, notices = parse_week(document[WEEK_FILE]), parse_notices(document)
        years = [notice.year for notice in notices if notice.year is not None]
        first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
        noticed = {day.date: day for notice in notices for day in notice.days}
        for notice in notices:
            for day in (day.date for day in notice.days if day.date > last):
                # A closure in a year without a notice would count for nothing: refused instead.
                raise RuleError(notice.file, str(day), "has no notice of its year yet")
        span = [first + ONE_DAY * n for n in range((last - first).days + 1)]
        works = [
            noticed[day].working if day in noticed else day.isoweekday() not in week.rest
            for day in span
        ]
        content = digest(document)
        return cls(
            version=f"{city}-{years[-1]}-{content[:SHOWN]}",
            hash=content,
            document=dict(document),
            week=week,
            notices=notices,
            first=first,
            last=last,
            _noticed=noticed,
            _before=tuple(accumulate(works, initial=0)),
            _days=tuple(day for day, working in zip(span, works, strict=True) if working),
        )

    @classmethod
    def from_files(cls, city: str = "") -> "Calendar":
        """Builds the calendar of a city straight from its files, without a database."""
        name = city or city_code()
        return cls.of(read_calendars(name), city=name)

    def known(self, year: int) -> bool:
        return self.first.year <= year <= self.last.year

    def first_change(self, older: "Calendar") -> date | None:
        """From this day on counting may differ: only one of both works on it or has its notice."""
        known = min(self.last, older.last)
        days = range((known - max(self.first, older.first)).days + 1)
        for day in (known - ONE_DAY * n for n in reversed(days)):
            if self.is_working(day) != older.is_working(day):
                return day
        same = self.last == older.last and self.week.rest == older.week.rest
        return None if same else known + ONE_DAY

    def new_notices(self, older: "Calendar | None") -> list[Notice]:
        """Those that an older version does not have, or not in these words."""
        before = older.document if older else {}
        return [one for one in self.notices if self.document[one.file] != before.get(one.file)]

    def is_working(self, day: date) -> bool:
        """Whether a day is a working day; in a year without a notice, by the ordinary week."""
        return self._count(day) > self._count(day - ONE_DAY)

    def next_working(self, day: date) -> date:
        """The day itself if it is a working day, else the next that is."""
        return self._nth(self._count(day - ONE_DAY) + 1)

    def before(self, day: date, n: int) -> date:
        """The n-th working day before a day, for n of at least 1."""
        return self._nth(self._count(day - ONE_DAY) + 1 - n)

    def due(self, start: datetime | date, n: int) -> Due:
        """Returns the n-th working day after the day of `start`; for n of 0 or less, that day.

        Raises:
            BeforeCalendar: a start before the first year of the calendar.
            OverflowError: a due day beyond the last year that a date can have.
        """
        day = self._checked(_day(start))
        last = self._nth(self._count(day) + n) if n > 0 else day
        return Due(last, provisional=last > self.last)

    def used(self, a: datetime | date, b: datetime | date) -> int:
        """The working days d with date(a) < d <= date(b), 0 for none. Raises BeforeCalendar."""
        first, last = self._checked(_day(a)), self._checked(_day(b))
        return max(self._count(last) - self._count(first), 0)

    def days_off(self, a: datetime | date, b: datetime | date) -> list[DayOff]:
        """The days d with date(a) < d <= date(b) that do not count, and why."""
        first, last = self._checked(_day(a)), self._checked(_day(b))
        days = (first + ONE_DAY * n for n in range(1, (last - first).days + 1))
        off = []
        for day in (day for day in days if not self.is_working(day)):
            noticed = self._noticed.get(day)
            if noticed is None or noticed.working:
                off.append(DayOff(day, self.week.name, self.week.source))
            else:
                off.append(DayOff(day, noticed.why, noticed.notice))
        return off

    def make_up(self, a: datetime | date, b: datetime | date) -> list[NoticedDay]:
        """The days of rest with date(a) < d <= date(b) that a notice makes working days."""
        first, last = _day(a), _day(b)
        found = (day for day in self._noticed.values() if first < day.date <= last)
        return sorted((day for day in found if day.working), key=lambda day: day.date)

    def _checked(self, day: date) -> date:
        if day < self.first:
            raise BeforeCalendar(f"the calendar begins on {self.first}, and {day} is before it")
        return day

    def _count(self, day: date) -> int:
        """Working days from the first day of the calendar up to and including this one."""
        index = (day - self.first).days + 1
        if index < 0:
            self._checked(day)
        if day <= self.last:
            return self._before[index]
        return len(self._days) + _weekly(self.week, day) - _weekly(self.week, self.last)

    def _nth(self, n: int) -> date:
        """The n-th working day of the calendar, counted from 1."""
        if n <= len(self._days):
            return self._days[n - 1]
        # Beyond the notices the inverse of `_weekly`.
        working = self.week.working
        nth = n - len(self._days) + _weekly(self.week, self.last)
        weeks, place = divmod(nth - 1, len(working))
        first_monday = date.fromordinal(1)
        return first_monday + timedelta(days=weeks * DAYS_OF_WEEK + working[place] - 1)


def _day(moment: datetime | date) -> date:
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return moment.astimezone(ZONE).date()


def _weekly(week: Week, day: date) -> int:
    """Ordinary working days from Monday of the first week there is, this day included."""
    weeks, weekday = divmod(day.toordinal() - 1, DAYS_OF_WEEK)
    return weeks * len(week.working) + bisect_left(week.working, weekday + 2)


def read_calendars(city: str = "", *, root: Path = ROOT) -> dict[str, str]:
    folder = root / (city or city_code()) / "calendars"
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))}


def parse_week(text: str) -> Week:
    top = Table(WEEK_FILE, "(file)", parse_toml(WEEK_FILE, text))
    head = Table(WEEK_FILE, "week", top.take("week", dict))
    source = Table(WEEK_FILE, "source", top.take("source", dict))
    clause = head.cite()
    _refuse_untrusted(head)
    rest = head.take("rest", list)
    if not set(rest) < {1, 2, 3, 4, 5, 6, 7}:
        raise head.refuse("rest lists ISO weekdays 1 to 7, and not all of them")
    origin = Source(source.words("title"), source.take("url", str, ""))
    week = Week(tuple(sorted(rest)), head.words("name"), clause, origin)
    for table in (head, source, top):
        table.end()
    return week


def parse_notices(document: Mapping[str, str]) -> tuple[Notice, ...]:
    """The years first and in order, then the city's own closures."""
    files = sorted(set(document) - {WEEK_FILE})
    notices = sorted(
        (_notice(name, document[name]) for name in files),
        key=lambda notice: (notice.year is None, notice.year or 0, notice.file),
    )
    years = [notice.year for notice in notices if notice.year is not None]
    if not years or years != list(range(years[0], years[0] + len(years))):
        raise RuleError("calendars", "notice.year", "the years must follow each other, each once")
    # A day may stand in one notice only; a closure of the city may go before a notice.
    seen: dict[tuple[date, bool], str] = {}
    for notice in notices:
        for day in notice.days:
            place = (day.date, notice.year is None)
            if place in seen:
                raise RuleError(notice.file, str(day.date), f"stands in {seen[place]} already")
            seen[place] = notice.file
    return tuple(notices)


def _notice(file: str, text: str) -> Notice:
    top = Table(file, "(file)", parse_toml(file, text))
    head = Table(file, "notice", top.take("notice", dict))
    _refuse_untrusted(head)
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


def _refuse_untrusted(head: Table) -> None:
    if head.take("trust", str) not in (Trust.PLAN, Trust.V):
        raise head.refuse("a calendar is read in a primary text: trust PLAN or V")


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
