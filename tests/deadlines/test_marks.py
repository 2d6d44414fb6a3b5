"""The marks of a running clock: on which working day each falls, told once, whatever ran when."""

from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from core.clock import CITY
from deadlines import actions
from deadlines.marks import marks_of
from deadlines.models import Clock, ClockWarning
from deadlines.sweep import sweep
from deadlines.warnings import warn
from rules.calendar import Calendar
from rules.warnings import warning_rules
from tests.deadlines.clocks import again, at, new, pause, resume, set_clock, started, stop

TABLE = Calendar.from_files("zigong")
DAYS = st.dates(date(2021, 1, 4), date(2026, 10, 30))


def walked(day: date, count: int) -> date:
    """So many working days on, a day at a time."""
    while count:
        day += timedelta(days=1)
        count -= TABLE.is_working(day)
    return day


def written_out(begun: date, hour: int, limit: int, used: int) -> list[tuple[str, date]]:
    """The marks by their definition: each stands for a count of days used, and of those on one day
    the last one is told. What is over at the hour of its day when the interval begins is none."""
    counts = {
        "half": (limit + 1) // 2, "day_left": limit - 1, "due": limit,
        "late_3": limit + 3, "late_5": limit + 5,
    }  # fmt: skip
    found = {walked(begun, n - used): name for name, n in counts.items() if n > used}
    if used >= limit and hour < warning_rules().hour:
        found[begun] = "due"
    return [(name, day) for day, name in sorted(found.items())]


@given(DAYS, st.integers(0, 23), st.integers(1, 60), st.integers(0, 70))
def test_each_mark_falls_on_its_working_day(begun: date, hour: int, limit: int, used: int) -> None:
    since = at(f"{begun} {hour:02}:00")
    due = TABLE.due(since, max(limit - used, 0)).date
    clock = Clock(
        kind="review", limit_days=limit, carried_days=used, interval_started_at=since, due_on=due
    )
    found = marks_of(clock, used, TABLE)
    assert [(each.mark.name, each.on) for each in found] == written_out(begun, hour, limit, used)
    assert {each.at.astimezone(CITY).hour for each in found} <= {warning_rules().hour}


def told(clock: Clock) -> list[tuple[str, str, str]]:
    rows = ClockWarning.objects.filter(clock=clock).order_by("on")
    return [(row.mark, str(row.on), str(row.due_on)) for row in rows]


@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
class TestTold:
    def test_marks_that_nobody_told_in_time_are_told_once_by_their_days(self) -> None:
        """Four days from Monday 2 March on; nothing ran until Wednesday the 11th."""
        clock = started("2026-03-02 10:00", 4)
        set_clock("2026-03-04 07:59:58")
        assert warn() == 0
        set_clock("2026-03-11 08:00:01")
        sweep()
        assert [warn(), warn()] == [4, 0]
        set_clock("2026-03-31 09:00")
        warn()
        assert told(clock) == [
            ("half", "2026-03-04", "2026-03-06"),
            ("day_left", "2026-03-05", "2026-03-06"),
            ("due", "2026-03-06", "2026-03-06"),
            ("late_3", "2026-03-11", "2026-03-06"),
            ("late_5", "2026-03-13", "2026-03-06"),
        ]
        assert again(clock).warn_at is None

    def test_a_pause_ends_them_and_going_on_plans_those_that_are_left(self) -> None:
        clock, over = started("2026-03-02 10:00", 4), started("2026-03-02 10:00", 4)
        set_clock("2026-03-04 09:00")
        warn()
        pause(clock, "2026-03-04 10:00")
        stop(over, "2026-03-04 10:00")
        set_clock("2026-03-11 09:00")
        assert warn() == 0
        resume(clock, "2026-03-11 10:00")
        set_clock("2026-03-13 09:00")
        warn()
        assert told(clock) == [
            ("half", "2026-03-04", "2026-03-06"),
            ("day_left", "2026-03-12", "2026-03-13"),
            ("due", "2026-03-13", "2026-03-13"),
        ]
        assert told(over) == [("half", "2026-03-04", "2026-03-06")]

    def test_what_has_no_last_day_has_no_marks(self) -> None:
        set_clock("2026-03-02 10:00")
        actions.start([new(None), new(30, target=True)], at=at("2026-03-02 10:00"))
        assert set(Clock.objects.values_list("warn_at", flat=True)) == {None}

    def test_the_claim_reads_the_index_of_what_is_next(self) -> None:
        set_clock("2026-03-02 10:00")
        actions.start([new(60) for _ in range(300)], at=at("2026-03-02 10:00"))
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(
                "EXPLAIN SELECT id FROM deadlines_clock WHERE warn_at <= (SELECT city_now())"
                " ORDER BY warn_at LIMIT 500"
            )
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "clock_warn_next" in plan
        assert "Sort" not in plan
