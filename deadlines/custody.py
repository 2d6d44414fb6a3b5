"""Who held a case when, to the day: arithmetic over the record alone.

From its filing to its end every moment of a case is held by exactly one party. A day belongs to
the span that was running at its 00:00 (`Calendar.used`), so the working days of the spans add up
to the whole process. A step that takes effect earlier than it is recorded moves no time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from core.clock import local_date
from deadlines.queries import Intervals
from ledger.queries import Event
from rules.calendar import Calendar, DayOff, NoticedDay

SUPPLIER, APPLICANT, GOVERNMENT = HOLDERS = ("supplier", "applicant", "government")
NOBODY = "nobody"
FILED = "case.submitted"
#: Written right after the decision that was the last of its round.
JOINED = "case.permits_joined"


@dataclass(frozen=True, slots=True)
class Step:
    type: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time in which one party held a case, or in which a permit stood in one state.

    Args:
        holder: supplier, applicant or government; empty where nobody had anything to do.
        end: the present instant where it goes on.
        gap: between the withdrawal of a filing and the next; it counts to the applicant.
        earlier: of a filing before the present one.
    """

    holder: str
    start: datetime
    end: datetime
    open: bool = False
    began: Step | None = None
    ended: Step | None = None
    phase: str = ""
    gap: bool = False
    earlier: bool = False

    @property
    def first(self) -> date:
        """The day in which it began; it belongs to what ran before."""
        return local_date(self.start)

    @property
    def last(self) -> date:
        return local_date(self.end)

    def working_days(self, table: Calendar) -> int:
        return table.used(self.start, self.end)

    def days_off(self, table: Calendar) -> list[DayOff]:
        return table.days_off(self.start, self.end)

    def make_up(self, table: Calendar) -> list[NoticedDay]:
        return table.make_up(self.start, self.end)


# --- who held a case ---------------------------------------------------------------------------


def custody_spans(filings: Sequence[Sequence[Event]], now: datetime) -> list[Span]:
    """Who held a case until its end or now, without a gap or an overlap.

    `filings` continue each other, the present one last; one not filed yet has its draft's spans.
    """
    found: list[Span] = []
    for index, events in enumerate(filings):
        earlier = index < len(filings) - 1
        own = [replace(span, earlier=earlier) for span in _of_filing(events, now)]
        if found and own:
            # The time between two filings of one lineage is the applicant's own.
            last, first = found[-1], own[0]
            gap = Span(APPLICANT, last.end, first.start, began=last.ended, ended=first.began)
            found.append(replace(gap, gap=True, earlier=True))
        found += own
    return found


def is_filed(held: Sequence[Span]) -> bool:
    return bool(held) and held[0].began is not None and held[0].began.type == FILED


def _of_filing(events: Sequence[Event], now: datetime) -> list[Span]:
    filed = next((index for index, event in enumerate(events) if event.type == FILED), 0)
    found: list[Span] = []
    for event in events[filed:]:
        if event.holder == NOBODY:
            return _ended(found, event)
        at, step = event.recorded_at, Step(event.type, event.to_state)
        last = found[-1] if found else None
        if last and event.holder == last.holder:
            # The last decision hands the case on; what that came to is the step that names it.
            if event.type == JOINED and last.began and last.began.type.startswith("permit."):
                found[-1] = replace(last, began=step)
                found[-2:-1] = [replace(before, ended=step) for before in found[-2:-1]]
        elif last and event.holder and last.start == at:
            # Two steps of one instant: who held the case after the first held it for no moment.
            if len(found) > 1 and found[-2].holder == event.holder:
                found[-2:] = [replace(found[-2], ended=None)]
            else:
                found[-1] = replace(last, holder=event.holder)
        elif event.holder:
            _ended(found, event)
            found.append(Span(event.holder, at, at, began=step))
    return _going_on(found, now)


def _going_on(found: list[Span], now: datetime) -> list[Span]:
    if found:
        found[-1] = replace(found[-1], end=max(now, found[-1].start), open=True)
    return found


def _ended(found: list[Span], event: Event) -> list[Span]:
    if found:
        step = Step(event.type, event.to_state)
        found[-1] = replace(found[-1], end=event.recorded_at, ended=step)
    return found


# --- where a permit stood ----------------------------------------------------------------------


def phases(
    events: Iterable[Event], turns: Mapping[str, str], ends: Iterable[str], now: datetime
) -> list[Span]:
    """The states in which a permit stood; `turns` says who has the next move in each."""
    over = frozenset(ends)
    found: list[Span] = []
    for event in events:
        state, at = event.to_state, event.recorded_at
        if not state or (found and found[-1].phase == state):
            continue
        _ended(found, event)
        if state in over:
            return found
        step = Step(event.type, state)
        found.append(Span(turns.get(state, ""), at, at, began=step, phase=state))
    return _going_on(found, now)


# --- how many days -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Totals:
    """Working days by holder; `net` are those of the supply company, or of a permit's bureau."""

    by_holder: dict[str, int]
    net: int

    @property
    def gross(self) -> int:
        """From the first filing or the receipt to the end, or to now."""
        return sum(self.by_holder.values())


def is_suppliers(span: Span) -> bool:
    return span.holder == SUPPLIER


def totals(
    held: Iterable[Span], table: Calendar, net: Callable[[Span], bool] = is_suppliers
) -> Totals:
    """Zeros for holders of nothing; `net` tells the spans that count as net time."""
    by_holder, own = dict.fromkeys(HOLDERS, 0), 0
    for span in held:
        days = span.working_days(table)
        by_holder[span.holder] += days
        own += days if net(span) else 0
    return Totals(by_holder, own)


def running_totals(held: Sequence[Span], intervals: Intervals, table: Calendar) -> list[int | None]:
    """How much a clock had counted at the end of each span; None where it did not run."""
    total, found = 0, list[int | None]()
    for span in held:
        parts = [(max(a, span.start), min(b, span.end)) for a, b in intervals]
        parts = [(a, b) for a, b in parts if a < b]
        total += sum(table.used(a, b) for a, b in parts)
        found.append(total if parts else None)
    return found
