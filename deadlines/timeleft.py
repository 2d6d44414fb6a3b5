"""How much of its limit a case, a permit or an order has left: one reading for all their pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.clock import local_date
from core.statements import Given, Read
from core.templatetags.city import day, working_days
from deadlines.models import Clock
from deadlines.queries import days_used
from rules.registry import calendar

HALF = 50


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Where something stands against its limit, at one instant; days are working days.

    Args:
        limit: None where there is none. 0 is decided on the spot.
        left: counted to the last day, today's not counted; None where none runs.
        due_on: the last day; None while the clock stands still.
        days_late: calendar days since the last day; 0 where none is over yet.
        still: the word where nothing runs, if it has one of its own.
        step: the step whose limit it is, of a case where that of a step comes first.
    """

    used: int = 0
    limit: int | None = None
    left: int | None = None
    due_on: date | None = None
    late: bool = False
    past_target: bool = False
    provisional: bool = False
    target: bool = False
    ended: bool = False
    days_late: int = 0
    still: str = ""
    step: str = ""

    @property
    def word(self) -> str:
        """A few words for a list; empty where nothing is limited."""
        if self.still or self.limit is None or self.ended:
            return self.still
        if self.late and self.days_late:
            text = ngettext("late by {count} day", "late by {count} days", self.days_late)
            return text.format(count=self.days_late)
        if self.late or self.past_target:
            return _("late") if self.late else _("target day passed")
        if self.due_on is None:
            return _("{days} left, standing still").format(days=working_days(self.left))
        if not self.left:
            return _("today until 24:00")
        return _("{days} left").format(days=working_days(self.left))

    @property
    def share(self) -> int:
        """The part of the limit that is used, 0 to 100."""
        if self.late or self.past_target:
            return 100
        if self.limit is None or self.left is None:
            return 0
        # Decided on the spot: there is no day to be used up.
        used = round(100 * (self.limit - self.left) / self.limit) if self.limit else HALF
        return max(0, min(100, used))

    @property
    def tone(self) -> str:
        """`late`, `soon` (one working day or less), or nothing."""
        if self.late:
            return "late"
        soon = self.left is not None and self.left <= 1 and self.due_on is not None
        return "soon" if soon and not self.ended else ""


_limits_of = Read(
    lambda: Clock.objects.filter(
        case_ref__among=Given(), part=None, limit_days__isnull=False
    ).exclude(kind=Clock.Kind.STEP, state=Clock.State.STOPPED)
)


def by_day(due_on: date, late_from: datetime, now: datetime) -> TimeLeft:
    """Of what has a last day and no clock."""
    late = late_from <= now
    said = _("was due on {day}: late") if late else _("due on {day}")
    return TimeLeft(due_on=due_on, late=late, still=said.format(day=day(due_on)))


def left_to(due_on: date, now: datetime) -> int:
    """Working days up to a last day, today's not counted."""
    return calendar().used(now, due_on)


def times_left(refs: Iterable[UUID], now: datetime) -> dict[UUID, TimeLeft]:
    """Of the clock that has the limit of each case, or of the step that it is at, whichever runs
    out first (`Application.runs_out`); two queries however many."""
    wanted = list(refs)
    first = sorted(_limits_of(wanted), key=lambda clock: (clock.runs_out, clock.step), reverse=True)
    clocks = {clock.case_ref: clock for clock in first}
    return dict.fromkeys(wanted, TimeLeft()) | times_of(clocks.values(), now)


def times_of(clocks: Iterable[Clock], now: datetime) -> dict[UUID, TimeLeft]:
    """By case; one query however many."""
    rows = list(clocks)
    used = days_used(rows, now)
    return {clock.case_ref: time_left(clock, used[clock.pk], now) for clock in rows}


def time_left(clock: Clock, used: int, now: datetime) -> TimeLeft:
    """The clock has a limit; `used` are the working days that it has counted."""
    ended = clock.state == Clock.State.STOPPED
    due_on, days_late = clock.due_on, 0
    left = max((clock.limit_days or 0) - used, 0)
    if due_on and not ended:
        left = left_to(due_on, now)
        days_late = (local_date(now) - due_on).days
    elif clock.breached_at and due_on is None:
        days_late = (local_date(now) - local_date(clock.breached_at)).days + 1
    return TimeLeft(
        used=used,
        limit=clock.limit_days,
        left=left,
        due_on=due_on,
        late=clock.is_late(now),
        past_target=clock.target and clock.past(now),
        provisional=bool(due_on and clock.provisional and not ended),
        target=clock.target,
        ended=ended,
        days_late=max(days_late, 0),
        step=clock.step,
    )
