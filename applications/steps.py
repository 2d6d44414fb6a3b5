"""The public steps of a case (环节) that have a limit of their own, and the clock of such a step.

As the handling clock, it runs while the supply company holds the case. A case is in one step at a
time; one that it has left keeps what was used."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from typing import Final

from applications.custody import earlier_filings
from applications.models import Application
from applications.states import HIGH, Holder, State
from deadlines import actions as clocks
from deadlines.models import Clock
from deadlines.queries import days_in
from ledger.queries import Event, timeline
from rules.calendar import Calendar
from rules.policy import Policy, Step
from rules.registry import calendar

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
STEP: Final = [Clock.Kind.STEP]


def place_of(kind: str, state: str) -> int:
    if kind in HIGH:
        return HIGH_PLACES.get(State(state), HIGH_REST)
    return LOW_PLACES.get(State(state), LOW_REST)


def limited_step(kind: str, state: str, policy: Policy) -> Step | None:
    """The step that a state belongs to, where a rule limits it."""
    step = policy.steps(kind)[place_of(kind, state)]
    return step if step.limit else None


def clock_of(case: Application, step: Step, carried: int) -> clocks.NewClock:
    return clocks.NewClock(
        case_ref=case.ref,
        kind=Clock.Kind.STEP,
        limit=step.limit,
        district=case.district,
        rules_version=case.rules_version,
        carried_days=carried,
        step=step.code,
    )


def keep_clock(case: Application, at: datetime) -> None:
    """Let the clock of the step follow where an open case stands now, and who holds it."""
    policy = case.rules(at)
    if not any(step.limit for step in policy.steps(case.kind)):
        return
    step, ours = limited_step(case.kind, case.state, policy), case.holder == Holder.SUPPLIER
    begun = Clock.objects.filter(case_ref=case.ref, kind=Clock.Kind.STEP)
    clock = begun.exclude(state=Clock.State.STOPPED).first()
    if clock and (step is None or clock.step != step.code):
        clocks.stop(case_ref=case.ref, kinds=STEP, at=at)
        clock = None
    if clock and not ours:
        clocks.pause(case_ref=case.ref, kinds=STEP, at=at)
    elif clock:
        clocks.resume(case_ref=case.ref, kinds=STEP, at=at)
    elif step and ours:
        clocks.start([clock_of(case, step, days_before(case, step.code, at, calendar()))], at=at)


def days_before(case: Application, code: str, at: datetime, table: Calendar) -> int:
    """The working days that the supply company has used in a step until an instant, over all
    filings that the case continues: filing again begins no step anew."""
    codes = [step.code for step in case.rules(at).steps(case.kind)]
    own = [event for event in timeline(case.ref) if event.recorded_at <= at]
    spans = [
        (start, end)
        for events in (*earlier_filings(case), own)
        for place, start, end in _held(case.kind, events, at)
        if codes[place] == code
    ]
    return days_in(spans, table)


def _held(
    kind: str, events: Sequence[Event], until: datetime
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
    told.append((max(until, told[-1][0]), NOWHERE))
    yield from ((at, start, end) for (start, at), (end, _next) in pairwise(told) if at != NOWHERE)
