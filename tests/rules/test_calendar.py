"""Counting working days: the published vectors, a slow independent count, and the library."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import BeforeCalendar, Calendar, Due, read_calendars
from rules.city import ROOT
from rules.files import RuleError

CITY = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
FIRST, LAST_KNOWN, END = date(2021, 1, 1), date(2026, 12, 31), date(2029, 12, 31)

# Days off and make-up days as facts.md lists them, written out again by hand.
OFF = """
2021-01-01/03 2021-02-11/17 2021-04-03/05 2021-05-01/05 2021-06-12/14 2021-09-19/21 2021-10-01/07
2022-01-01/03 2022-01-31/06 2022-04-03/05 2022-04-30/04 2022-06-03/05 2022-09-10/12 2022-10-01/07
2022-12-31/02 2023-01-21/27 2023-04-05/05 2023-04-29/03 2023-06-22/24 2023-09-29/06
2024-01-01/01 2024-02-10/17 2024-04-04/06 2024-05-01/05 2024-06-10/10 2024-09-15/17 2024-10-01/07
2025-01-01/01 2025-01-28/04 2025-04-04/06 2025-05-01/05 2025-05-31/02 2025-10-01/08
2026-01-01/03 2026-02-15/23 2026-04-04/06 2026-05-01/05 2026-06-19/21 2026-09-25/27 2026-10-01/07
"""
MAKE_UP = """
2021-02-07 2021-02-20 2021-04-25 2021-05-08 2021-09-18 2021-09-26 2021-10-09
2022-01-29 2022-01-30 2022-04-02 2022-04-24 2022-05-07 2022-10-08 2022-10-09
2023-01-28 2023-01-29 2023-04-23 2023-05-06 2023-06-25 2023-10-07 2023-10-08
2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12
2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11
2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10
"""


@cache
def days_off() -> frozenset[date]:
    found = set()
    for span in OFF.split():
        first, _, last = span.partition("/")
        day = date.fromisoformat(first)
        found.add(day)
        while day.day != int(last):
            day += DAY
            found.add(day)
    return frozenset(found)


@cache
def works(day: date) -> bool:
    if day in {date.fromisoformat(text) for text in MAKE_UP.split()}:
        return True
    return day.weekday() < 5 and day not in days_off()


def slow_due(start: date, n: int) -> date:
    day = start
    while n > 0:
        day += DAY
        n -= works(day)
    return day


def slow_used(a: date, b: date) -> int:
    return sum(works(a + DAY * n) for n in range(1, (b - a).days + 1))


def naive_due(start: date, n: int) -> date:
    day = start
    while n > 0:
        day += DAY
        n -= day.weekday() < 5 and day not in days_off()
    return day


VECTORS = [
    ("2021-04-30", 4, "2021-05-10", False),
    ("2021-09-17", 5, "2021-09-26", False),
    ("2022-01-28", 7, "2022-02-11", False),
    ("2026-12-25", 4, "2026-12-31", False),
    ("2026-12-31", 0, "2026-12-31", False),
    ("2026-12-31", 1, "2027-01-01", True),
    ("2026-12-21", 30, "2027-02-01", True),
    ("2027-01-02", 0, "2027-01-02", True),
    ("2021-01-01", 0, "2021-01-01", False),
    ("2021-01-01", 1, "2021-01-04", False),
    ("2021-05-08", -3, "2021-05-08", False),
]


@pytest.mark.parametrize(("start", "n", "due", "provisional"), VECTORS)
def test_the_vectors(
    calendar: Calendar, start: str, n: int, due: str, *, provisional: bool
) -> None:
    found = calendar.due(date.fromisoformat(start), n)
    assert found == Due(date.fromisoformat(due), provisional)


@pytest.mark.parametrize(
    ("start", "n", "naive"),
    [
        ("2021-04-30", 4, "2021-05-11"),
        ("2021-09-17", 5, "2021-09-28"),
        ("2022-01-28", 7, "2022-02-15"),
    ],
)
def test_a_naive_count_of_weekdays_is_wrong(
    calendar: Calendar, start: str, n: int, naive: str
) -> None:
    day = date.fromisoformat(start)
    assert naive_due(day, n) == date.fromisoformat(naive) != calendar.due(day, n).date


def test_a_count_of_weekdays_without_holidays_is_wrong_too(calendar: Calendar) -> None:
    naive = [d for d in (date(2021, 4, 30) + DAY * n for n in range(1, 9)) if d.weekday() < 5][3]
    assert (naive, calendar.due(date(2021, 4, 30), 4).date) == (date(2021, 5, 6), date(2021, 5, 10))


def test_the_library_agrees_on_every_published_day(calendar: Calendar) -> None:
    span = [FIRST + DAY * n for n in range((LAST_KNOWN - FIRST).days + 1)]
    ours = {day for day in span if calendar.is_working(day)}
    assert ours == {day for day in span if chinese_calendar.is_workday(day)}
    assert len([day for day in span if day.year == 2021 and day in ours]) == 250


def test_each_year_has_its_number_of_working_days(calendar: Calendar) -> None:
    years = {
        year: calendar.used(date(year, 1, 1), date(year, 12, 31))
        + calendar.is_working(date(year, 1, 1))
        for year in range(2021, 2027)
    }
    assert years == {2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}


@given(st.dates(FIRST, END), st.integers(0, 120))
def test_due_agrees_with_a_slow_count(calendar: Calendar, start: date, n: int) -> None:
    found = calendar.due(start, n)
    assert found == Due(slow_due(start, n), provisional=found.date > LAST_KNOWN)


@given(st.dates(FIRST, END), st.dates(FIRST, END))
def test_used_agrees_with_a_slow_count(calendar: Calendar, a: date, b: date) -> None:
    assert calendar.used(a, b) == slow_used(a, b)


@given(st.dates(FIRST, END), st.integers(1, 120))
def test_a_limit_is_used_up_on_its_last_day_and_not_before(
    calendar: Calendar, start: date, n: int
) -> None:
    last = calendar.due(start, n).date
    assert (calendar.used(start, last), calendar.used(start, last - DAY)) == (n, n - 1)


@given(st.lists(st.dates(FIRST, END), min_size=2, max_size=6).map(sorted))
def test_intervals_that_touch_add_up(calendar: Calendar, days: list[date]) -> None:
    parts = sum(calendar.used(a, b) for a, b in pairwise(days))
    assert parts == calendar.used(days[0], days[-1])


@given(st.datetimes(datetime(2021, 1, 1, 12), datetime(2026, 12, 31)), st.integers(0, 40))  # noqa: DTZ001
def test_an_instant_counts_by_its_day_in_the_city(
    calendar: Calendar, moment: datetime, n: int
) -> None:
    instant = moment.replace(tzinfo=UTC)
    assert calendar.due(instant, n) == calendar.due(instant.astimezone(CITY).date(), n)


def test_the_day_of_an_instant_turns_at_midnight_of_the_city(calendar: Calendar) -> None:
    before = datetime(2021, 5, 6, 15, 59, 59, tzinfo=UTC)
    after = datetime(2021, 5, 6, 16, 0, 0, tzinfo=UTC)
    assert (calendar.due(before, 1).date, calendar.due(after, 1).date) == (
        date(2021, 5, 7),
        date(2021, 5, 8),
    )
    assert calendar.used(before, after) == 1


def test_an_instant_without_a_zone_is_refused(calendar: Calendar) -> None:
    with pytest.raises(ValueError, match="time zone"):
        calendar.due(datetime(2021, 5, 6), 1)  # noqa: DTZ001


def test_before_its_first_day_the_calendar_says_nothing(calendar: Calendar) -> None:
    for ask in (
        lambda: calendar.due(date(2020, 12, 31), 0),
        lambda: calendar.due(date(2020, 12, 31), 5),
        lambda: calendar.used(date(2020, 12, 31), date(2021, 2, 1)),
        lambda: calendar.used(date(2021, 2, 1), date(2020, 12, 31)),
        lambda: calendar.is_working(date(2020, 12, 31)),
        lambda: calendar.days_off(date(2020, 12, 31), date(2021, 1, 5)),
        lambda: calendar.due(datetime(2020, 12, 31, 15, 59, tzinfo=UTC), 0),
    ):
        with pytest.raises(BeforeCalendar, match="begins on 2021-01-01"):
            ask()
    assert calendar.due(datetime(2020, 12, 31, 16, tzinfo=UTC), 0).date == FIRST


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2021-05-01", "2021-05-06"),
        ("2021-05-06", "2021-05-06"),
        ("2021-05-08", "2021-05-08"),
        ("2021-05-09", "2021-05-10"),
        ("2021-01-01", "2021-01-04"),
        ("2027-01-02", "2027-01-04"),
    ],
)
def test_the_next_working_day(calendar: Calendar, day: str, expected: str) -> None:
    assert calendar.next_working(date.fromisoformat(day)) == date.fromisoformat(expected)


def test_days_that_do_not_count_are_named_with_their_reason(calendar: Calendar) -> None:
    off = calendar.days_off(date(2021, 4, 30), date(2021, 5, 10))
    assert [(day.date.isoformat(), day.why.en) for day in off] == [
        ("2021-05-01", "Labour Day"),
        ("2021-05-02", "Labour Day"),
        ("2021-05-03", "Labour Day"),
        ("2021-05-04", "Labour Day"),
        ("2021-05-05", "Labour Day"),
        ("2021-05-09", "Weekend"),
    ]
    assert off[0].notice.url.endswith("content_5564127.htm")
    made = calendar.make_up(date(2021, 4, 30), date(2021, 5, 10))
    assert [(day.date.isoformat(), day.why.zh) for day in made] == [("2021-05-08", "劳动节")]


def test_which_years_are_published(calendar: Calendar) -> None:
    assert [year for year in range(2019, 2030) if calendar.known(year)] == [*range(2021, 2027)]
    assert calendar.version == f"zigong-2026-{calendar.hash[:12]}"


NEXT_YEAR = """
[notice]
year = {year}
title = {{ zh = "试验通知", en = "Notice under test" }}
trust = "V"

[[off]]
name = {{ zh = "元旦", en = "New Year" }}
from = {day}
to = {day}
"""
CLOSURE = """
[notice]
title = { zh = "市政府停止办公通知", en = "Closure of the city's offices" }
trust = "V"

[[off]]
name = { zh = "停止办公", en = "Offices closed" }
day = 2022-08-15
"""


def with_file(name: str, text: str) -> Calendar:
    return Calendar.of({**read_calendars("zigong"), name: text}, city="zigong")


def test_a_new_notice_makes_the_provisional_firm(calendar: Calendar) -> None:
    newer = with_file("2027.toml", NEXT_YEAR.format(year=2027, day="2027-01-01"))
    assert calendar.due(date(2026, 12, 31), 1) == Due(date(2027, 1, 1), provisional=True)
    assert newer.due(date(2026, 12, 31), 1) == Due(date(2027, 1, 4), provisional=False)


def test_a_closure_of_the_city_goes_before_the_notice() -> None:
    closed = with_file("closures.toml", CLOSURE)
    assert closed.due(date(2022, 8, 12), 1).date == date(2022, 8, 16)
    assert closed.days_off(date(2022, 8, 14), date(2022, 8, 15))[0].why.en == "Offices closed"


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("2028.toml", NEXT_YEAR.format(year=2028, day="2028-01-01"), "the years must follow"),
        ("more.toml", NEXT_YEAR.format(year=2026, day="2026-08-01"), "the years must follow"),
        ("2027.toml", NEXT_YEAR.format(year=2027, day="2028-01-01"), "is not a day of 2027"),
        ("2027.toml", NEXT_YEAR.format(year=2027, day="2026-12-30"), "is not a day of 2027"),
        ("2027.toml", NEXT_YEAR.format(year=2027, day="2027-01-01") * 2, "does not parse"),
        ("closures.toml", CLOSURE.replace("2022-08-15", "2027-08-16"), "has no notice of its year"),
        ("closures.toml", CLOSURE.replace('"V"', '"S"'), "is read in a primary text"),
        ("closures.toml", CLOSURE + "hours = 3", "unknown: hours"),
    ],
)
def test_a_bad_notice_is_refused(name: str, text: str, reason: str) -> None:
    with pytest.raises(RuleError) as refused:
        with_file(name, text)
    assert reason in str(refused.value)


def test_the_notices_of_all_years_have_their_paper() -> None:
    files = sorted(path.stem for path in (ROOT / "zigong" / "calendars").glob("2*.toml"))
    assert files == ["2021", "2022", "2023", "2024", "2025", "2026"]
