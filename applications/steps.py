"""The public steps of a case (环节) that have a limit of their own, and the clock of such a step.

As the handling clock, it runs while the supply company holds the case. A case is in one step at a
time; one that it has left keeps what was used."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from applications.custody import earlier_filings
from applications.models import Application
from applications.states import ENDED, HIGH, Holder, State
from deadlines import actions as clocks
from deadlines.custody import FILED
from deadlines.models import Clock
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
    own = [event for event in timeline(case.ref) if event.recorded_at <= at]
    found = spent(case, [*earlier_filings(case), own], at, table)
    return next(each.net for each in found if each.step == code)


@dataclass(frozen=True, slots=True)
class Spent:
    """Working days of a step: of everybody, and of the supply company alone."""

    step: str
    days: int
    net: int


def spent(
    case: Application, filings: Sequence[Sequence[Event]], until: datetime, table: Calendar
) -> list[Spent]:
    """How long each step of a case took until its end, or an instant before; they add up to the
    whole process. What lies between two filings belongs to the first step.

    Args:
        filings: the events of those that it continues, and its own.
    """
    codes = [step.code for step in case.rules(until).steps(case.kind)]
    days, net = dict.fromkeys(codes, 0), dict.fromkeys(codes, 0)
    for run in _runs(case.kind, filings, until):
        used = table.used(run.start, run.end)
        days[codes[run.place]] += used
        net[codes[run.place]] += used if run.holder == Holder.SUPPLIER else 0
    return [Spent(code, days[code], net[code]) for code in codes]


class Run(NamedTuple):
    """From one entry of the record to the next: at which step a case stood, and who held it."""

    place: int
    holder: str
    start: datetime
    end: datetime


def _runs(kind: str, filings: Sequence[Sequence[Event]], until: datetime) -> Iterator[Run]:
    events = [event for filing in filings for event in filing]
    own = len(events) - len(filings[-1])
    state, holder, filed = "", "", False
    ends = [*(event.recorded_at for event in events[1:]), until]
    for at, (event, end) in enumerate(zip(events, ends, strict=True)):
        filed = filed or event.type == FILED
        state = event.to_state if event.part is None and event.to_state else state
        holder = event.holder or holder
        if at >= own and state in ENDED:
            return
        if filed:
            between = state in ENDED or state == State.DRAFT
            yield Run(0 if between else place_of(kind, state), holder, event.recorded_at, end)
