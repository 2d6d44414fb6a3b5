"""With whom a permit was and for how long: its phases, limits and delay, read off the record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from approvals import wording
from approvals.models import Permit
from approvals.queries import DECISION_KINDS
from approvals.workflow import TURN, State
from core.templatetags.city import working_days
from deadlines.delay import Delay, Lane, delay_of, last_day_of
from deadlines.explain import KIND_NAMES
from deadlines.holding import GOVERNMENT, HOLDERS, Step, Stretch, phases, running_totals
from deadlines.models import Clock
from deadlines.picture import (
    Foot,
    LanePhase,
    LaneRow,
    Picture,
    Row,
    as_json,
    delay_lines,
    foot,
    picture,
    row,
    shares_words,
    used_of,
)
from deadlines.queries import Spans, spans_of
from ledger.queries import Event
from rules.calendar import Calendar
from rules.registry import calendar

ENDS: Final = tuple(state for state, turn in TURN.items() if turn is None)
TURNS: Final = {str(state): turn for state, turn in TURN.items() if turn}


@dataclass(frozen=True, slots=True)
class PermitLane:
    """One permit of one round with its phases."""

    ref: UUID
    permit: str
    bureau: str
    phases: list[Stretch]

    @property
    def lane(self) -> Lane:
        """As a delay reads it."""
        return Lane(self.permit, self.bureau, self.phases)


def phases_of(events: Iterable[Event], now: datetime) -> list[Stretch]:
    """Return the phases of a permit from its own entries."""
    return phases(events, TURNS, ENDS, now)


def lanes_of(case_ref: UUID, events: Sequence[Event], now: datetime) -> list[PermitLane]:
    """Return every permit of a case that somebody had to decide, of every round; one query.

    Args:
        events: the record of the case.
    """
    rows = Permit.objects.filter(case_ref=case_ref).order_by("id")
    found = [
        PermitLane(ref, code, bureau, phases_of((e for e in events if e.part == ref), now))
        for ref, code, bureau in rows.values_list("ref", "permit", "bureau")
    ]
    return [lane for lane in found if lane.phases]


def drawn(lanes: Iterable[PermitLane], late: dict[UUID, Delay], table: Calendar) -> list[LaneRow]:
    """Return a lane for each permit, its rounds one after the other.

    Args:
        late: the delays of decisions, by permit.
    """
    rounds: dict[str, list[PermitLane]] = {}
    for lane in lanes:
        rounds.setdefault(lane.permit, []).append(lane)
    return [
        LaneRow(
            wording.permit_name(code),
            [lane_phase(phase, table) for lane in found for phase in lane.phases],
            next((span(late[lane.ref]) for lane in found if lane.ref in late), None),
        )
        for code, found in rounds.items()
    ]


def lane_phase(phase: Stretch, table: Calendar) -> LanePhase:
    """Return a phase as a lane draws it."""
    end = None if phase.open else phase.end
    days = phase.working_days(table)
    return LanePhase(phase.phase, label(phase), phase.holder, phase.start, end, days)


def span(delay: Delay | None) -> tuple[date, date] | None:
    """Return the last day and the last day of a delay, as the picture marks it."""
    return (delay.last_day, delay.until) if delay else None


def late_decisions(
    clocks: Iterable[Clock], lanes: Iterable[PermitLane], now: datetime, table: Calendar
) -> dict[UUID, Delay]:
    """Return by permit whose days its delay was, for those decided late or late now."""
    held = {lane.ref: lane.phases for lane in lanes}
    found = {
        clock.part: delay_of(clock, held[clock.part], now, table)
        for clock in clocks
        if clock.part in held and clock.kind in DECISION_KINDS
    }
    return {part: delay for part, delay in found.items() if delay}


@dataclass(frozen=True, slots=True)
class PermitHolding:
    """What pages and programs are told of a permit's time.

    Args:
        clocks: those of the permit, oldest first, with the spans in which each ran.
        delay: of the decision.
    """

    phases: list[Stretch]
    clocks: list[tuple[Clock, Spans]]
    delay: Delay | None
    now: datetime
    table: Calendar

    @property
    def gross(self) -> int:
        """Working days from receipt to decision, or to now."""
        return sum(phase.working_days(self.table) for phase in self.phases)

    @property
    def net(self) -> int:
        """Working days with the bureau, without those that the law leaves out."""
        return sum(phase.working_days(self.table) for phase in self.phases if is_bureau_s(phase))

    @property
    def by_holder(self) -> dict[str, int]:
        """Working days of each holder."""
        found = dict.fromkeys(HOLDERS, 0)
        for phase in self.phases:
            found[phase.holder] += phase.working_days(self.table)
        return found

    @property
    def decision(self) -> Clock | None:
        """The clock that limits the decision."""
        return next((clock for clock, _spans in self.clocks if clock.kind in DECISION_KINDS), None)

    def totals(self) -> list[list[str]]:
        """Return for each phase how far the limits that ran in it were used at its end."""
        found: list[list[str]] = [[] for _phase in self.phases]
        for clock, spans in self.clocks:
            counted = running_totals(self.phases, spans, self.table)
            for cell, used in zip(found, counted, strict=True):
                if used is not None:
                    cell.append(used_of(used, clock.limit_days, str(KIND_NAMES[clock.kind])))
        return found


def is_bureau_s(phase: Stretch) -> bool:
    """Return whether a phase is the bureau's own time: with it, and not suspended by law."""
    return phase.holder == GOVERNMENT and phase.phase != State.SUSPENDED


def holding_of(permit: Permit, events: Iterable[Event], now: datetime) -> PermitHolding:
    """Return the holding of one permit; two queries.

    Args:
        events: the permit's own entries.
    """
    table = calendar()
    found = phases_of(events, now)
    clocks = list(Clock.objects.filter(part=permit.ref).order_by("id"))
    spans = spans_of(clocks, now)
    decision = [clock for clock in clocks if clock.kind in DECISION_KINDS]
    return PermitHolding(
        found,
        [(clock, spans[clock.pk]) for clock in clocks],
        next((delay_of(clock, found, now, table) for clock in decision), None),
        now,
        table,
    )


def picture_of(permit: Permit, found: PermitHolding) -> Picture:
    """Return the picture of one permit: with whom it was, its phases beneath, its limits."""
    decision = found.decision
    going_on = bool(found.phases) and found.phases[-1].open
    own = [lane_phase(phase, found.table) for phase in found.phases]
    return picture(
        rows(found),
        now=found.now if going_on else None,
        due_on=last_day_of(decision) if decision else None,
        table=found.table,
        late=span(found.delay),
        lanes=[LaneRow(wording.permit_name(permit.permit), own, span(found.delay))],
        alone=True,
        summary=_summary(found),
        feet=list(_feet(found)),
    )


def rows(found: PermitHolding) -> list[Row]:
    """Return the phases as lines of the table."""
    return [
        row(phase, found.table, words, label=label(phase), totals=totals)
        for phase, totals in zip(found.phases, found.totals(), strict=True)
    ]


def words(step: Step) -> str:
    """Return a step of a permit in words."""
    return wording.event_words(step.type)


def label(phase: Stretch) -> str:
    """Return what a phase is, in words."""
    return str(State(phase.phase).label)


def _summary(found: PermitHolding) -> str:
    if not found.phases:
        return ""
    values = {"gross": working_days(found.gross), "net": working_days(found.net)}
    text = _("%(gross)s since the receipt; the bureau's own time without suspensions: %(net)s.")
    if not found.phases[-1].open:
        text = _("%(gross)s in all; the bureau's own time without suspensions: %(net)s.")
    return text % values + shares_words(found.by_holder)


def _feet(found: PermitHolding) -> Iterable[Foot]:
    for clock, _spans in found.clocks:
        one = foot(clock, found.table, last_day_of(clock))
        if found.delay and clock is found.decision:
            ended = clock.stopped_at is not None
            lines = delay_lines(found.delay, wording.permit_name, ended=ended)
            one = Foot(one.name, one.lines, lines)
        yield one


def holding_json(found: PermitHolding) -> dict[str, Any]:
    """Return the holding of a permit as data."""
    decision = found.decision
    spans = next((spans for clock, spans in found.clocks if clock is decision), [])
    totals = running_totals(found.phases, spans, found.table)
    return {
        "spans": [
            as_json(phase, found.table, words, total)
            for phase, total in zip(found.phases, totals, strict=True)
        ],
        "by_holder": found.by_holder,
        "gross_days": found.gross,
        "net_days": found.net,
        "calendar_version": found.table.version,
        "delay": delay_json(found.delay, ended=bool(decision and decision.stopped_at)),
    }


def delay_json(delay: Delay | None, *, ended: bool) -> dict[str, Any] | None:
    """Return a delay as data, with its sentences."""
    if delay is None:
        return None
    text = "\n".join(delay_lines(delay, wording.permit_name, ended=ended))
    return delay.as_json() | {"text": text}
