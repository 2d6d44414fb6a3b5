"""Whose days the delay was: every day past a last day, counted once, to whoever held it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from core.clock import local_date
from deadlines.holding import GOVERNMENT, Stretch
from deadlines.models import Clock
from rules.calendar import Calendar

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """So many calendar days, and how many of them are working days."""

    calendar: int = 0
    working: int = 0

    def __add__(self, other: "Days") -> "Days":
        return Days(self.calendar + other.calendar, self.working + other.working)

    def as_json(self) -> dict[str, int]:
        """Return both counts."""
        return {"calendar_days": self.calendar, "working_days": self.working}


@dataclass(frozen=True, slots=True)
class Lane:
    """One permit of one round, as a delay reads it.

    Args:
        code: of the permit.
        bureau: that decides it, as a code.
        phases: the states it stood in.
    """

    code: str
    bureau: str
    phases: Sequence[Stretch]

    def is_with_bureau(self, day: date) -> bool:
        """Return whether the bureau had it at 00:00 of a day."""
        return any(
            phase.holder == GOVERNMENT and phase.first < day <= phase.last for phase in self.phases
        )

    @property
    def decided_on(self) -> date:
        """The day of its end; one that is still open comes last of all."""
        return date.max if self.phases[-1].open else self.phases[-1].last


@dataclass(frozen=True, slots=True)
class Delay:
    """The days from the last day of a limit to the end of what it limits, or to now.

    Args:
        last_day: of the limit.
        until: the last day counted.
        total: the sum of `by_holder`.
        by_holder: to whom the days belong; those without a day are left out.
        waited: of the government's days, by the permits (codes) that were decided last of those
            open on that day. Each day is in one of the groups.
    """

    last_day: date
    until: date
    total: Days
    by_holder: Mapping[str, Days]
    waited: Mapping[tuple[str, ...], Days] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the delay as data."""
        return {
            "last_day": self.last_day,
            "until": self.until,
            **self.total.as_json(),
            "by_holder": {name: days.as_json() for name, days in self.by_holder.items()},
            "waited_for": [
                {"permits": list(codes), **days.as_json()} for codes, days in self.waited.items()
            ],
        }


def last_day_of(clock: Clock) -> date | None:
    """Return the last day that a clock had: of one that was late, the day that it missed."""
    if clock.breached_at:
        return local_date(clock.breached_at) - DAY
    return clock.due_on


def delay_of(
    clock: Clock,
    held: Sequence[Stretch],
    now: datetime,
    table: Calendar,
    lanes: Sequence[Lane] = (),
) -> Delay | None:
    """Return whose days the delay of a clock was; None where its last day has not passed.

    Args:
        clock: a limit, or a target, which is passed but never late.
        held: who held the case, or the permit, over that time.
        now: the city's instant.
        table: the calendar of working days.
        lanes: the permits of the case.
    """
    last_day = last_day_of(clock)
    if last_day is None or not (clock.is_late(now) or clock.past(now)):
        return None
    return delay(held, last_day, local_date(clock.stopped_at or now), table, lanes)


def delay(
    held: Iterable[Stretch],
    last_day: date,
    until: date,
    table: Calendar,
    lanes: Sequence[Lane] = (),
) -> Delay:
    """Return the days d with `last_day` < d <= `until` by who held them at their 00:00."""
    found: dict[str, Days] = {}
    waited: dict[tuple[str, ...], Days] = {}
    for stretch in held:
        first, last = max(stretch.first, last_day), min(stretch.last, until)
        if first >= last:
            continue
        days = Days((last - first).days, table.used(first, last))
        found[stretch.holder] = found.get(stretch.holder, Days()) + days
        if stretch.holder == GOVERNMENT and lanes:
            _wait(waited, first, last, table, lanes)
    return Delay(last_day, until, sum(found.values(), Days()), found, waited)


def _wait(
    waited: dict[tuple[str, ...], Days],
    first: date,
    last: date,
    table: Calendar,
    lanes: Sequence[Lane],
) -> None:
    """Name for each of the government's days what the case waited for: what was decided last."""
    for number in range(1, (last - first).days + 1):
        day = first + DAY * number
        codes = _last_open(lanes, day)
        one = Days(1, int(table.is_working(day)))
        waited[codes] = waited.get(codes, Days()) + one


def _last_open(lanes: Sequence[Lane], day: date) -> tuple[str, ...]:
    found = [lane for lane in lanes if lane.is_with_bureau(day)]
    latest = max((lane.decided_on for lane in found), default=None)
    return tuple(dict.fromkeys(lane.code for lane in found if lane.decided_on == latest))
