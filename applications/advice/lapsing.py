"""The end of a request whose line is no draft any more."""

from typing import Final

from applications.models import Application, machine_of
from approvals.advice.actions import lapse
from workflow.machine import sources
from workflow.run import Step

#: The acts that enter a line, each possible while it is a draft.
ENTERING: Final = ("post_line_works", "change_line_works")


def lapse_advice_behind(step: Step[Application]) -> None:
    """End what is asked about a line once its case has gone on, or ended."""
    case = step.thing
    if case.state == step.from_state:
        return
    machine = machine_of(case.kind)
    if any(step.from_state in sources(machine, name) for name in ENTERING):
        lapse(case.ref)
