"""How much of its limit a permit has left: one reading for list and page."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from approvals.answers import Clocks, decision_clock
from approvals.models import Permit
from approvals.queries import PERMIT_KINDS
from approvals.workflow import DECIDED, State
from core.clock import local_date
from deadlines.models import Clock
from deadlines.timeleft import late_words, left_to, left_words, used_share

HALF = 50


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Where a permit stands against what runs now.

    Args:
        word: for a list ("3 working days left").
        share: the part of the limit that is used, 0 to 100.
        tone: `late`, `soon` or nothing.
        due_on: the last day; None where nothing runs.
        left: working days up to it, today's not counted.
    """

    word: str
    share: int = 0
    tone: str = ""
    due_on: date | None = None
    left: int | None = None


def time_left(permit: Permit, clocks: Clocks, now: datetime) -> TimeLeft:
    """Return the time left of what the permit waits for now.

    Args:
        clocks: by (part, kind), those of this permit among them.
        now: the city's instant.
    """
    clock = _running(permit, clocks)
    decision = decision_clock(permit, clocks)
    late = bool(decision and decision.is_late(now))
    if clock is None or clock.due_on is None:
        return TimeLeft(_still(permit, late=late), 100 if late else 0, "late" if late else "")
    left = left_to(clock.due_on, now)
    if late or clock.past(now):
        word = late_words((local_date(now) - clock.due_on).days)
        return TimeLeft(word, 100, "late", clock.due_on, 0)
    # Decided on the spot: there is no day to be used up.
    share = used_share(clock.limit_days, left) if clock.limit_days else HALF
    return TimeLeft(left_words(left), share, "soon" if left <= 1 else "", clock.due_on, left)


def _running(permit: Permit, clocks: Clocks) -> Clock | None:
    """Return the clock that runs out first of those that run now."""
    found = [clocks.get((permit.ref, kind)) for kind in PERMIT_KINDS]
    running = [clock for clock in found if clock and clock.state == Clock.State.RUNNING]
    return min(running, key=lambda clock: clock.due_on or date.max, default=None)


def _still(permit: Permit, *, late: bool) -> str:
    """Return the word for a permit for which no limit runs now."""
    if permit.state in DECIDED:
        return _("decided late") if late else _("decided")
    words = {
        State.SUSPENDED: _("stands still by law"),
        State.AWAITING_SUPPLEMENT: _("waits for the supply company"),
        State.AWAITING_COMMITMENT: _("waits for the supply company"),
        State.WITHDRAWN: _("ended"),
    }
    return words.get(State(permit.state), _("no limit"))
