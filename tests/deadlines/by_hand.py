"""The count of domain.md section 4, day by day, written from its text and not from the code.

Used days of a running interval from a to b: working days d with date(a) < d <= date(b). Due at the
end of the (N - used)-th working day after the day of the last start; with nothing left, of that
day itself. Late from 00:00:00 of the day after. The calendar is the one that the calendar's own
tests hold: facts.md written out by hand.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from tests.rules.test_calendar import works

SHANGHAI = timezone(timedelta(hours=8))
DAY = timedelta(days=1)


def day_of(instant: datetime) -> date:
    return instant.astimezone(SHANGHAI).date()


def midnight_after(day: date) -> datetime:
    following = day + DAY
    return datetime(following.year, following.month, following.day, tzinfo=SHANGHAI)


@dataclass
class HandClock:
    """One clock: its limit, its intervals, the open one, and its breach."""

    limit: int
    used: int = 0
    open_since: datetime | None = None
    due: date | None = None
    breach: datetime | None = None
    intervals: list[tuple[datetime, datetime]] = field(default_factory=list)

    def run(self, now: datetime) -> None:
        self.open_since = now
        left, day = self.limit - self.used, day_of(now)
        while left > 0:
            day += DAY
            if works(day):
                left -= 1
        self.due = day

    def close(self, now: datetime) -> None:
        if self.due and self.breach is None and now >= midnight_after(self.due):
            self.breach = midnight_after(self.due)
        if self.open_since is None:
            return
        day = day_of(self.open_since)
        while day < day_of(now):
            day += DAY
            if works(day):
                self.used += 1
        self.intervals.append((self.open_since, now))
        self.open_since = None

    def pause(self, now: datetime) -> None:
        self.close(now)
        self.due = None
