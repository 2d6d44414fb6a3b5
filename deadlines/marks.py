"""The marks of a running clock: on which day each falls, counted in working days (`rules.warnings`
says which there are)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from core.clock import CITY
from deadlines.models import Clock
from rules.calendar import Calendar
from rules.warnings import Mark, When, warning_rules


@dataclass(frozen=True, slots=True)
class Reached:
    """A mark on its day; `at` is the instant from which it is told."""

    mark: Mark
    on: date
    at: datetime


def marks_of(clock: Clock, used: int, table: Calendar) -> list[Reached]:
    """Those of the interval that runs, in their order; none of a clock that measures or averages.

    Args:
        used: working days used before this interval began, earlier filings included.
    """
    began = clock.interval_started_at
    if began is None or clock.due_on is None or clock.target:
        return []
    rules = warning_rules()
    by_day: dict[date, Mark] = {}
    for mark in rules.marks.values():
        # A later mark takes the day of an earlier one, and what lies behind it is none any more.
        for on in _day_of(mark, clock, used, table):
            by_day = {day: each for day, each in by_day.items() if day < on} | {on: mark}
    found = (
        Reached(mark, on, datetime.combine(on, time(rules.hour), CITY))
        for on, mark in by_day.items()
    )
    return [each for each in found if each.at > began]


def next_after(instant: datetime, clock: Clock, used: int, table: Calendar) -> datetime | None:
    """When the first mark after an instant is told; None where none is left."""
    return next((each.at for each in marks_of(clock, used, table) if each.at > instant), None)


def _day_of(mark: Mark, clock: Clock, used: int, table: Calendar) -> Iterator[date]:
    """The day of a mark, if it lies in this interval; one that began late has only late days."""
    assert clock.due_on is not None
    assert clock.interval_started_at is not None
    assert clock.limit_days is not None
    left = clock.limit_days - used
    in_time = clock.breached_at is None or clock.breached_at > clock.interval_started_at
    half = -(-clock.limit_days // 2) - used
    # With more used than the limit has, so many of the late days lie behind.
    late = mark.days - max(-left, 0)
    if mark.when == When.HALF and in_time and half > 0:
        yield table.due(clock.interval_started_at, half).date
    elif mark.when == When.BEFORE and in_time and mark.days == 0:
        yield clock.due_on
    elif mark.when == When.BEFORE and in_time and mark.days < left:
        yield table.before(clock.due_on, mark.days)
    elif mark.when == When.AFTER and late > 0:
        yield table.due(clock.due_on, late).date
