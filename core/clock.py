"""The city's clock: the database server's, plus the offset of a demonstration.

The time of an event is never taken from here: the ledger's trigger sets it. This module answers
"what time is it" for deadlines, rules in force and pages.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import DateTimeField, Func

CITY = ZoneInfo("Asia/Shanghai")


class CityNow(Func):
    """The SQL function `city_now()` as a queryset expression or a column default."""

    function = "city_now"
    template = "%(function)s()"
    output_field = DateTimeField()


class CityNowOnce(CityNow):
    """The same, read once a statement: for conditions on many rows, which an index then serves."""

    template = "(SELECT %(function)s())"


def city_now() -> datetime:
    """Return the city's present instant, as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT city_now()")
        instant: datetime = cursor.fetchone()[0]
    return instant


def local_date(instant: datetime) -> date:
    """Return the calendar day of an instant in the city."""
    return instant.astimezone(CITY).date()


def end_of(day: date) -> datetime:
    """Return the first instant after a day (00:00:00 of the next one in the city).

    From this instant on, what was due on the day is late.
    """
    return datetime.combine(day + timedelta(days=1), time(), CITY)


def quarter_name(day: date) -> str:
    """Return year and number of the quarter of a day, such as 2026Q4."""
    return f"{day.year}Q{(day.month + 2) // 3}"
