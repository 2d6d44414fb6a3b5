"""The city's clock: the database server's, plus the offset of a demonstration.

The time of an event is never taken from here: the ledger's trigger sets it.
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import DateField, DateTimeField, Func

CITY = ZoneInfo("Asia/Shanghai")
#: Sorts what has no limit behind everything that has one.
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)


class CityNow(Func):
    function = "city_now"
    template = "%(function)s()"
    output_field = DateTimeField()


class CityNowOnce(CityNow):
    """`city_now()` read once a statement: for conditions on many rows, which an index serves."""

    template = "(SELECT %(function)s())"


class CityToday(Func):
    """The day in the city, read once a statement."""

    template = f"(SELECT (city_now() AT TIME ZONE '{CITY.key}')::date)"
    output_field = DateField()


def city_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT city_now()")
        instant: datetime = cursor.fetchone()[0]
    return instant


def local_date(instant: datetime) -> date:
    return instant.astimezone(CITY).date()


def begin_of(day: date) -> datetime:
    """The first instant of a day."""
    return datetime.combine(day, time(), CITY)


def end_of(day: date) -> datetime:
    """The first instant after a day; from it on, what was due on the day is late."""
    return begin_of(day + timedelta(days=1))


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def quarter_name(day: date) -> str:
    """Such as 2026Q4."""
    return f"{day.year}Q{(day.month + 2) // 3}"
