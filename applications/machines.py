"""The three workflows. Every legal move of a case is a transition in this file, and only here.

A transition changes the state in memory and decides between its targets; who may call it is in
`permissions.py`, what comes with it (record, clocks, notices) in `actions.py`.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django_fsm import RETURN_VALUE, transition

from applications.states import ENDED, HIGH, LOW, State
from rules.names import Kind

if TYPE_CHECKING:
    from applications.models import Application

F = TypeVar("F", bound=Callable[..., Any])
SINGLE, DUAL = frozenset({Kind.HV_SINGLE}), frozenset({Kind.HV_DUAL})


def step(
    source: State | Iterable[State],
    target: State | tuple[State, ...] | None,
    *,
    kinds: frozenset[Kind] = LOW | HIGH,
    targets: dict[Kind, tuple[State, ...]] | None = None,
) -> Callable[[F], F]:
    """Declare a transition of `state`.

    Args:
        source: one state or several.
        target: one state; several if the method returns which; None if it does not move.
        kinds: the kinds that have this transition.
        targets: per kind, where they differ.
    """
    to = RETURN_VALUE(*target) if isinstance(target, tuple) else target
    sources = source if isinstance(source, str) else list(source)
    return cast(
        "Callable[[F], F]",
        transition(
            field="state",
            source=sources,
            target=to,
            conditions=[_of(kinds)],
            custom={"kinds": kinds, "targets": targets or {}},
        ),
    )


def _of(kinds: frozenset[Kind]) -> Callable[[Any], bool]:
    def is_of_kind(application: "Application") -> bool:
        return application.kind in kinds

    return is_of_kind


class Filing:
    """Filing and acceptance: the same for every kind."""

    @step(State.DRAFT, State.SUBMITTED)
    def submit(self) -> None:
        """The clock starts; kind, limits and documents are fixed."""

    @step(State.SUBMITTED, State.SUPPLEMENT)
    def request_supplement(self) -> None:
        """Once a case, and only what the list has (plan 3(2)2)."""

    @step(State.SUPPLEMENT, State.SUBMITTED)
    def supply_supplement(self) -> None:
        """The applicant has handed in what was missing."""

    @step(State.SUBMITTED, State.ACCEPTED)
    def accept(self) -> None:
        """The supply company takes the case on."""


class Permits:
    """The parallel permits of the external line: the same for every kind."""

    @step(State.PERMITS, (State.PERMITS_GRANTED, State.REPLANNING))
    def join(self, *, refused: bool) -> State:
        """The last permit is decided: on with the works, or back for a changed line."""
        return State.REPLANNING if refused else State.PERMITS_GRANTED

    @step(State.REPLANNING, (State.PERMITS, State.PERMITS_GRANTED))
    def change_line_works(self, *, live: bool) -> State:
        """The next round, with the permits that the change does not touch carried over."""
        return State.PERMITS if live else State.PERMITS_GRANTED

    @step(State.PERMITS_GRANTED, State.WORKS)
    def start_works(self) -> None:
        """The line is built."""


class Ending:
    """The end of every case."""

    @step(State.ENERGISED, None)
    def rate(self) -> None:
        """The applicant's word on the service, once."""

    @step([state for state in State if state not in ENDED], State.WITHDRAWN)
    def withdraw(self) -> None:
        """The applicant takes the case back; filing again continues the first clock."""


class LowVoltageSteps(Filing, Permits, Ending):
    """受理签约, 施工接电: no design review, no inspections (plan 3(2)2)."""

    @step(State.ACCEPTED, State.CONTRACTED, kinds=LOW)
    def sign_contract(self) -> None:
        """The supply contract, electronic for low voltage (plan 3(2)1)."""

    @step(State.CONTRACTED, (State.PERMITS, State.PERMITS_GRANTED), kinds=LOW)
    def post_line_works(self, *, live: bool) -> State:
        """All permits at once; straight on where none is needed."""
        return State.PERMITS if live else State.PERMITS_GRANTED

    @step(State.WORKS, State.ENERGISED, kinds=LOW)
    def energise(self) -> None:
        """The meter is in and the power is on."""


class HighVoltageSteps(Filing, Permits, Ending):
    """申请受理, 供电方案答复, 外部工程实施, 装表接电."""

    @step(State.ACCEPTED, State.PLAN_REPLIED, kinds=HIGH)
    def reply_plan(self) -> None:
        """The supply plan is with the applicant."""

    @step(State.PLAN_REPLIED, (State.PLAN_CONFIRMED, State.ACCEPTED), kinds=HIGH)
    def confirm_plan(self, *, agree: bool) -> State:
        """Agreed, or back for another plan."""
        return State.PLAN_CONFIRMED if agree else State.ACCEPTED

    @step(State.PLAN_CONFIRMED, State.DESIGN_SUBMITTED, kinds=DUAL)
    def submit_design(self) -> None:
        """Design review exists for dual supply only (plan 3(2)2)."""

    @step(State.DESIGN_SUBMITTED, (State.DESIGN_PASSED, State.PLAN_CONFIRMED), kinds=DUAL)
    def review_design(self, *, passed: bool) -> State:
        """Passed, or back with findings."""
        return State.DESIGN_PASSED if passed else State.PLAN_CONFIRMED

    @step(State.DESIGN_PASSED, (State.PERMITS, State.PERMITS_GRANTED), kinds=DUAL)
    @step(State.PLAN_CONFIRMED, (State.PERMITS, State.PERMITS_GRANTED), kinds=SINGLE)
    def post_line_works(self, *, live: bool) -> State:
        """All permits at once; straight on where none is needed."""
        return State.PERMITS if live else State.PERMITS_GRANTED

    @step(State.WORKS, State.INSPECTION_REQUESTED, kinds=DUAL)
    def request_inspection(self) -> None:
        """Mid-construction inspection exists for dual supply only (plan 3(2)2)."""

    @step(State.INSPECTION_REQUESTED, (State.INSPECTED, State.WORKS), kinds=DUAL)
    def inspect(self, *, passed: bool) -> State:
        """Passed, or back with findings."""
        return State.INSPECTED if passed else State.WORKS

    @step(State.INSPECTED, State.COMPLETION_REPORTED, kinds=DUAL)
    @step(State.WORKS, State.COMPLETION_REPORTED, kinds=SINGLE)
    def report_completion(self) -> None:
        """The works are done and the documents handed in."""

    @step(
        State.COMPLETION_REPORTED,
        (State.COMPLETION_PASSED, State.WORKS, State.INSPECTED),
        kinds=HIGH,
        targets={
            Kind.HV_SINGLE: (State.COMPLETION_PASSED, State.WORKS),
            Kind.HV_DUAL: (State.COMPLETION_PASSED, State.INSPECTED),
        },
    )
    def inspect_completion(self, *, passed: bool) -> State:
        """Passed, or back to where the kind reported from."""
        kind = cast("Application", self).kind
        back = State.WORKS if kind == Kind.HV_SINGLE else State.INSPECTED
        return State.COMPLETION_PASSED if passed else back

    @step(State.COMPLETION_PASSED, State.CONTRACTED, kinds=HIGH)
    def sign_contract(self) -> None:
        """The customer manager comes by appointment (plan 3(2)1)."""

    @step(State.CONTRACTED, State.ENERGISED, kinds=HIGH)
    def energise(self) -> None:
        """The meter is in and the power is on."""
