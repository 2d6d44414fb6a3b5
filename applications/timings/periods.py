"""The months and years that figures are of."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from core.clock import begin_of, months_after
from core.problems import Missing

NAME: Final = re.compile(r"(?P<year>[1-9]\d{3})(-(?P<month>0[1-9]|1[0-2]))?", re.ASCII)
MONTHS: Final = range(1, 13)


@dataclass(frozen=True, order=True)
class Period:
    """A month of the city's calendar, or a year where `month` is None."""

    year: int
    month: int | None = None

    @classmethod
    def named(cls, name: str) -> "Period":
        """Such as 2026-03 or 2026. Raises Missing where no period has the name."""
        found = NAME.fullmatch(name)
        if found is None or int(found["year"]) == date.max.year:
            raise Missing
        return cls(int(found["year"]), int(found["month"]) if found["month"] else None)

    @classmethod
    def month_of(cls, day: date) -> "Period":
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}" if self.month else str(self.year)

    @property
    def first(self) -> date:
        return date(self.year, self.month or 1, 1)

    @property
    def next_day(self) -> date:
        """The first one after it."""
        return months_after(self.first, 1 if self.month else 12)

    @property
    def last(self) -> date:
        return self.next_day - timedelta(days=1)

    @property
    def begins(self) -> datetime:
        return begin_of(self.first)

    @property
    def ends(self) -> datetime:
        """The first instant after it."""
        return begin_of(self.next_day)

    @property
    def months(self) -> list["Period"]:
        """Those of a year."""
        return [Period(self.year, month) for month in MONTHS]

    @property
    def following(self) -> "Period":
        """The next month."""
        return Period.month_of(self.next_day)
