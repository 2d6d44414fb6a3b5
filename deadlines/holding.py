"""Who held a case when, to the day: arithmetic over the record alone.

From its filing to its end every moment of a case is held by exactly one party. A day belongs to
the stretch that was running at its 00:00 (`Calendar.used`), so each day after the filing belongs
to exactly one of them, and the working days of the stretches add up to the whole process. A case
changes hands when a step is recorded: one that takes effect earlier moves no time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from core.clock import local_date
from ledger.queries import Event
from rules.calendar import Calendar, DayOff, NoticedDay

SUPPLIER, APPLICANT, GOVERNMENT = HOLDERS = ("supplier", "applicant", "government")
NOBODY = "nobody"
FILED = "case.submitted"
#: Written right after the decision that was the last of its round.
JOINED = "case.permits_joined"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the record: what it was, and the state that it led to."""

    type: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time in which one party held a case, or in which a permit stood in one state.

    Args:
        holder: supplier, applicant or government; empty where nobody had anything to do.
        start, end: instants; `end` is the present one where it goes on.
        open: whether it goes on.
        began, ended: the steps at its two ends.
        phase: of a permit, its state.
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
        """Its last day."""
        return local_date(self.end)

    def working_days(self, table: Calendar) -> int:
        """Return the working days that belong to it."""
        return table.used(self.start, self.end)

    def days_off(self, table: Calendar) -> list[DayOff]:
        """Return the days that belong to it and do not count, each with its reason."""
        return table.days_off(self.start, self.end)

    def make_up(self, table: Calendar) -> list[NoticedDay]:
        """Return the days of rest that belong to it and count by a notice."""
        return table.make_up(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Totals:
    """Working days of the whole process by holder; `gross` is their sum, `net` the supplier's."""

    by_holder: dict[str, int]

    @property
    def gross(self) -> int:
        """From the first filing to the end, or to now."""
        return sum(self.by_holder.values())

    @property
    def net(self) -> int:
        """While the supply company had the case."""
        return self.by_holder[SUPPLIER]


def totals(held: Iterable[Stretch], table: Calendar) -> Totals:
    """Return the working days of each holder; zeros for those who held nothing."""
    found = dict.fromkeys(HOLDERS, 0)
    for stretch in held:
        found[stretch.holder] += stretch.working_days(table)
    return Totals(found)


def holding(filings: Sequence[Sequence[Event]], now: datetime) -> list[Stretch]:
    """Return who held a case, from its first filing to its end or to now.

    Args:
        filings: the records of the filings that continue each other, the present one last.
        now: the city's instant.

    Returns:
        Stretches without a gap or an overlap, each beginning where the one before it ends. Of a
        case that is not filed yet, those of its draft.
    """
    found: list[Stretch] = []
    for index, events in enumerate(filings):
        own = _of_filing(events, now)
        earlier = index < len(filings) - 1
        own = [replace(stretch, earlier=earlier) for stretch in own]
        found += [*_gap(found, own), *own]
    return found


def is_filed(held: Sequence[Stretch]) -> bool:
    """Return whether stretches are those of a filed case, not of a draft."""
    return bool(held) and held[0].began is not None and held[0].began.type == FILED


def _gap(before: Sequence[Stretch], after: Sequence[Stretch]) -> list[Stretch]:
    """The time between two filings of one lineage: the applicant's own."""
    if not before or not after:
        return []
    last, first = before[-1], after[0]
    return [
        Stretch(
            APPLICANT, last.end, first.start, began=last.ended, ended=first.began, gap=True,
            earlier=True,
        )
    ]  # fmt: skip


def _of_filing(events: Sequence[Event], now: datetime) -> list[Stretch]:
    found: list[Stretch] = []
    for event in _from_filing(events):
        if event.holder == NOBODY:
            return _ended(found, event)
        if event.holder:
            _take(found, event)
    return _going_on(found, now)


def _going_on(found: list[Stretch], now: datetime) -> list[Stretch]:
    if found:
        found[-1] = replace(found[-1], end=max(now, found[-1].start), open=True)
    return found


def _from_filing(events: Sequence[Event]) -> Sequence[Event]:
    for index, event in enumerate(events):
        if event.type == FILED:
            return events[index:]
    return events


def _take(found: list[Stretch], event: Event) -> None:
    """Let the holder of an event take the case, if it is another."""
    at, step = event.recorded_at, Step(event.type, event.to_state)
    if found and found[-1].holder == event.holder:
        if event.type == JOINED:
            _name(found, step)
        return
    if found and found[-1].start == at:
        _correct(found, event.holder)
        return
    if found:
        found[-1] = replace(found[-1], end=at, ended=step)
    found.append(Stretch(event.holder, at, at, began=step))


def _correct(found: list[Stretch], holder: str) -> None:
    """Two steps of one instant: who held the case after the first held it for no moment."""
    if len(found) > 1 and found[-2].holder == holder:
        found.pop()
        found[-1] = replace(found[-1], ended=None)
    else:
        found[-1] = replace(found[-1], holder=holder)


def _name(found: list[Stretch], step: Step) -> None:
    """The last decision hands the case on; what that came to is the step that names the change."""
    if found[-1].began and not found[-1].began.type.startswith("permit."):
        return
    found[-1] = replace(found[-1], began=step)
    if len(found) > 1:
        found[-2] = replace(found[-2], ended=step)


def _ended(found: list[Stretch], event: Event) -> list[Stretch]:
    if not found:
        return found
    step = Step(event.type, event.to_state)
    return [*found[:-1], replace(found[-1], end=event.recorded_at, ended=step)]


def phases(
    events: Iterable[Event], turns: dict[str, str], ends: Iterable[str], now: datetime
) -> list[Stretch]:
    """Return the states in which a permit stood, each as a stretch.

    Args:
        events: the permit's own entries, oldest first.
        turns: who has the next move, by state.
        ends: the states in which a permit has ended.
        now: the city's instant.
    """
    over = frozenset(ends)
    found: list[Stretch] = []
    for event in events:
        state = event.to_state
        if not state or (found and found[-1].phase == state):
            continue
        step = Step(event.type, state)
        if found:
            found[-1] = replace(found[-1], end=event.recorded_at, ended=step)
        if state in over:
            return found
        start = event.recorded_at
        found.append(Stretch(turns.get(state, ""), start, start, began=step, phase=state))
    return _going_on(found, now)


def running_totals(
    rows: Sequence[Stretch], spans: Sequence[tuple[datetime, datetime]], table: Calendar
) -> list[int | None]:
    """Return how much a clock had counted at the end of each row; None where it did not run.

    Args:
        rows: stretches in their order.
        spans: in which the clock ran, in their order.
        table: the calendar that counts.
    """
    total, found = 0, list[int | None]()
    for row in rows:
        parts = [(max(a, row.start), min(b, row.end)) for a, b in spans]
        parts = [(a, b) for a, b in parts if a < b]
        total += sum(table.used(a, b) for a, b in parts)
        found.append(total if parts else None)
    return found
