"""Who held a case when, as the bar over days draws it: a pure reading of the record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from applications.states import NOBODY, State
from core.clock import local_date
from ledger.queries import Event
from rules.calendar import Calendar, DayOff
from rules.notices import NoticedDay

SUBMITTED = "case.submitted"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in which one party held the case.

    Args:
        holder: supplier, applicant or government.
        start, end: instants; no end where the party holds it still.
        states: the states of the case that were entered in it, in their order.
        working_days: those of the calendar in it, the first day left out.
    """

    holder: str
    start: datetime
    end: datetime | None
    states: tuple[str, ...] = ()
    working_days: int = 0

    @property
    def label(self) -> str:
        """What was reached in it, in the reader's language."""
        return _(", ").join(str(State(state).label) for state in self.states)


@dataclass(frozen=True, slots=True)
class Timeline:
    """What `templates/components/timeline_bar.html` draws."""

    spans: list[Span]
    now: datetime | None
    due_on: date | None
    days_off: Sequence[DayOff]
    make_up: Sequence[NoticedDay]


def timeline(
    events: Iterable[Event], *, now: datetime, table: Calendar, due_on: date | None = None
) -> Timeline:
    """Return the bar of a case, from its filing (for a draft, from its first line) to its end.

    Args:
        events: the record of the case, oldest first.
        now: the city's instant; an open stretch runs up to it.
        table: the calendar of working days.
        due_on: the last day of the limit, if one runs.
    """
    held = spans(events, now=now, table=table)
    if not held:
        return Timeline([], now, due_on, [], [])
    ended = held[-1].end
    last = max(filter(None, [local_date(ended or now), due_on]))
    first = max(local_date(held[0].start), table.first + DAY) - DAY
    return Timeline(
        spans=held,
        now=None if ended else now,
        due_on=due_on,
        days_off=table.days_off(first, last),
        make_up=table.make_up(first, last),
    )


def spans(events: Iterable[Event], *, now: datetime, table: Calendar) -> list[Span]:
    """Return the stretches by holder. The case changes hands when a step is recorded: a step
    that takes effect earlier (silence of a bureau) moves no time from one party to another."""
    found: list[Span] = []
    for event in _from_filing(list(events)):
        if event.holder == NOBODY:
            found = _closed(found, event.recorded_at)
            break
        if not event.holder:
            continue
        if not found or found[-1].holder != event.holder:
            found = _closed(found, event.recorded_at)
            found.append(Span(event.holder, event.recorded_at, None))
        found[-1] = _with_state(found[-1], event)
    return [_counted(span, now, table) for span in found]


def _from_filing(events: list[Event]) -> list[Event]:
    for index, event in enumerate(events):
        if event.type == SUBMITTED:
            return events[index:]
    return events


def _closed(found: list[Span], at: datetime) -> list[Span]:
    if not found:
        return found
    return [*found[:-1], replace(found[-1], end=at)]


def _with_state(span: Span, event: Event) -> Span:
    state = event.to_state
    if event.part is not None or not state or state in span.states[-1:]:
        return span
    return replace(span, states=(*span.states, state))


def _counted(span: Span, now: datetime, table: Calendar) -> Span:
    return replace(span, working_days=table.used(span.start, span.end or now))
