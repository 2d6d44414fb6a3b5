"""How much of its limit a case has left: one reading for headers, lists and the queue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from applications.models import Application
from core.clock import local_date
from core.templatetags.city import working_days
from deadlines.models import Clock
from deadlines.queries import days_in, spans_of
from deadlines.timeleft import late_words, left_to, left_words, used_share
from rules.registry import calendar


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Where a case stands against its limit, at one instant.

    Args:
        used: working days counted so far.
        limit: working days of the limit; None before filing.
        left: working days that remain, counted to the last day; None where none runs.
        due_on: the last day; None while the clock stands still.
        late, past_target, provisional, target, ended: as in the contract.
        days_late: calendar days since the last day.
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

    @property
    def word(self) -> str:
        """A few words for a list; empty where nothing is limited."""
        if self.limit is None or self.ended:
            return ""
        if self.late or self.past_target:
            return self._passed
        if self.due_on is None:
            return _("{days} left, standing still").format(days=working_days(self.left))
        return left_words(self.left or 0)

    @property
    def _passed(self) -> str:
        return late_words(self.days_late) if self.late else _("target day passed")

    @property
    def share(self) -> int:
        """The part of the limit that is used, 0 to 100."""
        if self.late or self.past_target:
            return 100
        if not self.limit or self.left is None:
            return 0
        return used_share(self.limit, self.left)

    @property
    def tone(self) -> str:
        """`late`, `soon` (one working day or less), or nothing."""
        if self.late:
            return "late"
        soon = self.left is not None and self.left <= 1 and self.due_on is not None
        return "soon" if soon and not self.ended else ""


def times_left(cases: Iterable[Application], now: datetime) -> dict[int, TimeLeft]:
    """Return the time left of some cases by their ids; two queries however many there are."""
    rows = list(cases)
    clocks = limited_clocks([case.ref for case in rows])
    spans = spans_of(clocks.values(), now)
    table = calendar()
    return {
        case.pk: time_left(clock, clock.carried_days + days_in(spans[clock.pk], table), now)
        if (clock := clocks.get(case.ref))
        else TimeLeft()
        for case in rows
    }


def limited_clocks(refs: Iterable[UUID]) -> Mapping[UUID, Clock]:
    """Return the clock of each case that has the limit of its kind."""
    found = Clock.objects.filter(case_ref__in=list(refs), part=None, limit_days__isnull=False)
    return {clock.case_ref: clock for clock in found.order_by("id")}


def time_left(clock: Clock, used: int, now: datetime) -> TimeLeft:
    """Return the time left of one clock.

    Args:
        clock: the limited clock of the case.
        used: working days that it has counted.
        now: the city's instant.
    """
    ended = not clock.open_now()
    due_on, days_late = clock.due_on, 0
    left: int | None = max((clock.limit_days or 0) - used, 0)
    if due_on and not ended:
        left = left_to(due_on, now)
        days_late = (local_date(now) - due_on).days
    late_from = clock.breached_at or clock.late_from
    if clock.breached_at and late_from and due_on is None:
        days_late = (local_date(now) - local_date(late_from)).days + 1
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
    )
