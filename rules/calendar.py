"""The working-day calendar: days off, make-up days, and counting in constant time.

The day of the event is left out and the last day counts (Civil Code 201, Administrative
Licensing Law 82). Days are those of the city's time zone. Beyond the last year with a published
notice, the ordinary week is counted and the answer is provisional.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from rules.city import city_code
from rules.errors import BeforeCalendar, RuleError
from rules.hashing import SHOWN, digest
from rules.notices import (
    ONE_DAY,
    WEEK_FILE,
    Notice,
    NoticedDay,
    Week,
    parse_notices,
    parse_week,
    read_calendars,
)
from rules.texts import Source, Words

ZONE = ZoneInfo("Asia/Shanghai")
DAYS_OF_WEEK = 7


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a limit; provisional where a year without a notice was counted."""

    date: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that does not count, why, and the notice that says so."""

    date: date
    why: Words
    notice: Source


@dataclass(frozen=True, eq=False)
class Calendar:
    """A working-day calendar in one version.

    Attributes:
        version: city, last published year and digits of the content's hash.
        first: first day of the first year.
        last: last day of the last published year.
        _before: for the n-th day from `first`, how many working days lie before it.
        _days: every working day from `first` to `last`.
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
        """Builds a calendar from source texts.

        Raises:
            RuleError: files that do not parse or contradict each other.
        """
        week, notices = parse_week(document[WEEK_FILE]), parse_notices(document)
        years = [notice.year for notice in notices if notice.year is not None]
        first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
        noticed = {day.date: day for notice in notices for day in notice.days}
        _refuse_beyond(notices, last)
        span = [first + ONE_DAY * n for n in range((last - first).days + 1)]
        works = [noticed[d].working if d in noticed else _ordinary(week, d) for d in span]
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
        """Whether the notice of a year is loaded."""
        return self.first.year <= year <= self.last.year

    def first_change(self, older: "Calendar") -> date | None:
        """Returns the first day from which counting may come out otherwise than by an older one.

        That is a day on which work is done by one and not by the other, or the first that only
        one of the two has a notice for; None where neither is.
        """
        known = min(self.last, older.last)
        days = range((known - max(self.first, older.first)).days + 1)
        for day in (known - ONE_DAY * n for n in reversed(days)):
            if self.is_working(day) != older.is_working(day):
                return day
        same = self.last == older.last and self.week.rest == older.week.rest
        return None if same else known + ONE_DAY

    def new_notices(self, older: "Calendar | None") -> list[Notice]:
        """Returns the notices that an older version does not have, or not in these words."""
        before = older.document if older else {}
        return [one for one in self.notices if self.document[one.file] != before.get(one.file)]

    def is_working(self, day: date) -> bool:
        """Whether a day is a working day; in a year without a notice, by the ordinary week."""
        return self._count(day) > self._count(day - ONE_DAY)

    def next_working(self, day: date) -> date:
        """Returns the day itself if it is a working day, else the next that is."""
        return self._nth(self._count(day - ONE_DAY) + 1)

    def due(self, start: datetime | date, n: int) -> Due:
        """Returns the n-th working day after the day of `start`; for n of 0 or less, that day.

        Args:
            start: an instant with its zone, or a day of the city.
            n: working days of the limit, or what is left of it.

        Raises:
            BeforeCalendar: a start before the first year of the calendar.
            OverflowError: a due day beyond the last year that a date can have.
        """
        day = self._checked(_day(start))
        last = self._nth(self._count(day) + n) if n > 0 else day
        return Due(last, provisional=last > self.last)

    def used(self, a: datetime | date, b: datetime | date) -> int:
        """Returns the working days d with date(a) < d <= date(b); 0 where b is not later.

        Raises:
            BeforeCalendar: an instant before the first year of the calendar.
        """
        first, last = self._checked(_day(a)), self._checked(_day(b))
        return max(self._count(last) - self._count(first), 0)

    def days_off(self, a: datetime | date, b: datetime | date) -> list[DayOff]:
        """Returns the days d with date(a) < d <= date(b) that do not count, and why."""
        first, last = self._checked(_day(a)), self._checked(_day(b))
        days = (first + ONE_DAY * n for n in range(1, (last - first).days + 1))
        return [self._day_off(day) for day in days if not self.is_working(day)]

    def make_up(self, a: datetime | date, b: datetime | date) -> list[NoticedDay]:
        """Returns the days of rest with date(a) < d <= date(b) that a notice makes working days."""
        first, last = _day(a), _day(b)
        found = (day for day in self._noticed.values() if first < day.date <= last)
        return sorted((day for day in found if day.working), key=lambda day: day.date)

    def _day_off(self, day: date) -> DayOff:
        noticed = self._noticed.get(day)
        if noticed is None or noticed.working:
            return DayOff(day, self.week.name, self.week.source)
        return DayOff(day, noticed.why, noticed.notice)

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
        return _weekly_nth(self.week, n - len(self._days) + _weekly(self.week, self.last))


def _refuse_beyond(notices: tuple[Notice, ...], last: date) -> None:
    """A closure in a year without a notice would count for nothing: refused instead."""
    for notice in notices:
        for day in (day.date for day in notice.days if day.date > last):
            raise RuleError(notice.file, str(day), "has no notice of its year yet")


def _day(moment: datetime | date) -> date:
    """Returns the city's day of an instant; an instant without a zone is refused."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return moment.astimezone(ZONE).date()


def _ordinary(week: Week, day: date) -> bool:
    return day.isoweekday() not in week.rest


def _weekly(week: Week, day: date) -> int:
    """Ordinary working days from Monday of the first week there is, this day included."""
    weeks, weekday = divmod(day.toordinal() - 1, DAYS_OF_WEEK)
    return weeks * len(week.working) + bisect_left(week.working, weekday + 2)


def _weekly_nth(week: Week, n: int) -> date:
    """The inverse of `_weekly`."""
    weeks, place = divmod(n - 1, len(week.working))
    first_monday = date.fromordinal(1)
    return first_monday + timedelta(days=weeks * DAYS_OF_WEEK + week.working[place] - 1)
