"""The committed diagrams are those of the machines."""

from applications.models import WORKFLOWS
from applications.states import State
from tools.diagrams import files, machines
from workflow.machine import arrows


def test_the_committed_diagrams_are_in_step_with_the_machines() -> None:
    found = {path.name: path.read_text(encoding="utf-8") for path in files()}
    assert found == {path.name: text for path, text in files().items()}


#: Out of every state, before there is power.
EARLY = ("withdraw", "close")


def test_every_move_but_what_ends_a_case_early_is_in_a_diagram() -> None:
    drawn = {(a.action, a.source, a.target) for m in machines() for a in m.moves}
    moves = {
        (a.action, a.source, a.target)
        for machine in WORKFLOWS.values()
        for a in arrows(machine, State.DRAFT)
        if a.source != a.target and a.action not in EARLY
    }
    assert moves <= drawn
