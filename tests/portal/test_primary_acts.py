"""What has the accent in each state of each machine, and what never has it."""

import pytest
from django.db import models

from applications.models import WORKFLOWS
from applications.states import ENDED, State
from approvals.models import Permit
from approvals.workflow import OPEN
from oversight.models import Finding, RectificationOrder
from oversight.workflow import OPEN_ORDER, FindingState
from rules.names import Kind
from workflow.machine import acts_of, ahead_from, arrows

MACHINES: dict[type[models.Model], set[str]] = {
    **{
        machine: {each.source for each in arrows(machine, State.DRAFT)} - ENDED
        for machine in WORKFLOWS.values()
    },
    Permit: set(OPEN),
    Finding: {FindingState.OPEN, FindingState.EXPLAINED, FindingState.CONFIRMED},
    RectificationOrder: set(OPEN_ORDER),
}
#: Exceptional, dangerous, or a judgement that the system must not suggest.
NEVER = {
    "request_supplement", "withdraw", "exclude_time", "refuse", "confirm", "escalate", "return",
}  # fmt: skip


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.__name__)
def test_every_open_state_declares_what_takes_a_thing_on(machine: type[models.Model]) -> None:
    assert {state for state in MACHINES[machine] if not ahead_from(machine).get(state)} == set()


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.__name__)
def test_nothing_exceptional_takes_a_thing_on(machine: type[models.Model]) -> None:
    assert {name for name, said in acts_of(machine).items() if said.ahead} & NEVER == set()


def test_the_way_of_each_kind_ends_with_the_power_on() -> None:
    for kind in Kind:
        state, steps = str(State.DRAFT), ahead_from(WORKFLOWS[kind])
        for _step in range(20):
            if state == State.ENERGISED:
                break
            state = steps[state][0].target
        assert (kind, state) == (kind, State.ENERGISED)
