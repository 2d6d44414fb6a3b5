"""The public steps of a case (环节) that have a limit of their own: how much of it is used.

As the limit of the whole handling, it is counted while the supply company holds the case."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby, pairwise
from typing import Final

from applications.models import Application
from applications.states import HIGH, Holder, State
from core.clock import end_of
from ledger.queries import Event
from rules.calendar import Calendar
from rules.policy import Policy, Step

#: Which step a state belongs to, by its place in the order of the rules; the last one goes on to
#: the end.
LOW_PLACES: Final = dict.fromkeys((State.SUBMITTED, State.SUPPLEMENT, State.ACCEPTED), 0)
HIGH_PLACES: Final = {
    State.SUBMITTED: 0,
    State.SUPPLEMENT: 0,
    State.ACCEPTED: 1,
    State.PLAN_REPLIED: 1,
    State.COMPLETION_PASSED: 3,
    State.CONTRACTED: 3,
}
#: Of every other state: works and energise, or the external works.
LOW_REST, HIGH_REST = 1, 2
#: The place of a time that is not the supply company's.
NOWHERE: Final = -1


@dataclass(frozen=True, slots=True)
class StepTime:
    """The working days that the supply company has used in a step with a limit; `passed` by the
    instant, as every limit."""

    step: Step
    used: int
    passed: bool


def place_of(kind: str, state: str) -> int:
    if kind in HIGH:
        return HIGH_PLACES.get(State(state), HIGH_REST)
    return LOW_PLACES.get(State(state), LOW_REST)


def step_times(
    case: Application,
    policy: Policy,
    filings: Iterable[Sequence[Event]],
    now: datetime,
    table: Calendar,
) -> list[StepTime]:
    """Of each step that has a limit, up to now or the case's end.

    Args:
        filings: the records of the filings that the case continues, the first one first, and its
            own: filing again begins no step anew.
    """
    spans = list(chain.from_iterable(_held(case.kind, events, now) for events in filings))
    found = []
    for place, step in enumerate(policy.steps(case.kind)):
        if step.limit is None:
            continue
        used, passed = 0, False
        for start, end in (span for at, *span in spans if at == place):
            last = table.due(start, max(step.limit.days - used, 0)).date
            passed = passed or end >= end_of(last)
            used += table.used(start, end)
        found.append(StepTime(step, used, passed))
    return found


def _held(
    kind: str, events: Sequence[Event], now: datetime
) -> Iterator[tuple[int, datetime, datetime]]:
    """The spans in which the supply company held a filed case, each with the place of its step."""
    marks, state, holder = [(events[0].recorded_at, NOWHERE)], "", ""
    for event in events:
        state = event.to_state if event.part is None and event.to_state else state
        holder = event.holder or holder
        ours = state and holder == Holder.SUPPLIER
        marks.append((event.recorded_at, place_of(kind, state) if ours else NOWHERE))
    # An act that leaves holder and step as they are ends no interval.
    told = [next(same) for _place, same in groupby(marks, key=lambda mark: mark[1])]
    told.append((max(now, told[-1][0]), NOWHERE))
    yield from ((at, start, end) for (start, at), (end, _next) in pairwise(told) if at != NOWHERE)
