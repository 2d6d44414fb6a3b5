"""With whom a permit was and for how long: its phases, limits and delay, read off the record."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from approvals.models import Permit
from approvals.wording import permit_name
from approvals.workflow import DECISION_KINDS, TURN, State
from core.events import words_of
from core.templatetags.city import working_days
from deadlines.custody import (
    GOVERNMENT,
    Span,
    Step,
    Totals,
    phases,
    running_totals,
    totals,
)
from deadlines.delay import Part, delay_of
from deadlines.models import Clock
from deadlines.queries import intervals_of
from deadlines.timeline import (
    Lane,
    Limit,
    Timeline,
    foot,
    rows_of,
    shares_words,
    timeline,
)
from ledger.queries import Event
from rules.calendar import Calendar
from rules.registry import calendar

ENDS: Final = tuple(state for state, turn in TURN.items() if turn is None)
TURNS: Final = {str(state): turn for state, turn in TURN.items() if turn}


def custody_of(permit: Permit, events: Iterable[Event], now: datetime) -> Timeline:
    """`events`: the permit's own entries. Two queries."""
    table, held = calendar(), phases(events, TURNS, ENDS, now)
    clocks = list(Clock.objects.filter(part=permit.ref).order_by("id"))
    intervals = intervals_of(clocks, now)
    limits = [
        Limit(
            clock,
            running_totals(held, intervals[clock.pk], table),
            delay_of(clock, held, now, table) if clock.kind in DECISION_KINDS else None,
        )
        for clock in clocks
    ]
    decision = next((one for one in limits if one.clock.kind in DECISION_KINDS), None)
    rows = rows_of(held, table, words, label, limits=limits, main=decision, named=True)
    days = totals(held, table, net=is_bureaus)
    late = decision.delay.marked if decision and decision.delay else None
    return timeline(
        rows,
        days,
        now,
        table,
        limit=decision,
        lanes=[Lane(permit_name(permit.permit), rows, late)],
        alone=True,
        summary=summary_words(held, days),
        feet=[foot(limit, table) for limit in limits],
    )


def parts_of(
    case_ref: UUID,
    events: Sequence[Event],
    clocks: Iterable[Clock],
    now: datetime,
    table: Calendar,
) -> list[Part]:
    """Every permit, of every round, that somebody had to decide; from the case's record and all its
    clocks, in one query.
    """
    found = []
    limits = {clock.part: clock for clock in clocks if clock.kind in DECISION_KINDS}
    permits = Permit.objects.filter(case_ref=case_ref).order_by("id")
    for ref, code, bureau in permits.values_list("ref", "permit", "bureau"):
        held = phases((event for event in events if event.part == ref), TURNS, ENDS, now)
        if held:
            clock = limits.get(ref)
            delay = delay_of(clock, held, now, table) if clock else None
            found.append(Part(code, bureau, held, ref, clock, delay))
    return found


def lanes_of(parts: Iterable[Part], table: Calendar) -> list[Lane]:
    """One for each permit, its rounds one after the other."""
    rounds: dict[str, list[Part]] = {}
    for part in parts:
        rounds.setdefault(part.code, []).append(part)
    return [
        Lane(
            permit_name(code),
            [row for part in found for row in rows_of(part.phases, table, words, label)],
            next((part.delay.marked for part in found if part.delay), None),
        )
        for code, found in rounds.items()
    ]


def is_bureaus(phase: Span) -> bool:
    return phase.holder == GOVERNMENT and phase.phase != State.SUSPENDED


def words(step: Step) -> str:
    return words_of(step.type)


def label(phase: Span) -> str:
    return str(State(phase.phase).label)


def summary_words(held: Sequence[Span], days: Totals) -> str:
    """Gross and net time; empty where nobody was asked."""
    if not held:
        return ""
    values = {"gross": working_days(days.gross), "net": working_days(days.net)}
    text = _("%(gross)s since the receipt; the bureau's own time without suspensions: %(net)s.")
    if not held[-1].open:
        text = _("%(gross)s in all; the bureau's own time without suspensions: %(net)s.")
    return text % values + shares_words(days.by_holder)
