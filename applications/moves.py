"""The table of legal moves, read off the machines: for the database, the diagrams and the tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from applications.models import WORKFLOWS, Application
from applications.states import State
from rules.names import Kind


@dataclass(frozen=True, slots=True, order=True)
class Arrow:
    """One arrow of a machine's diagram."""

    action: str
    source: str
    target: str


def arrows(kind: Kind) -> list[Arrow]:
    """Return every move that a kind's machine allows, in the order of the states."""
    order = list(State)
    found = set(_arrows(WORKFLOWS[kind], kind))
    return sorted(found, key=lambda a: (order.index(State(a.source)), a.action, a.target))


@cache
def actions_of(kind: Kind) -> frozenset[str]:
    """Return the names of the actions that a kind's machine has, the system's among them."""
    return frozenset(arrow.action for arrow in arrows(kind))


def legal_moves() -> set[tuple[str, str, str]]:
    """Return every (kind, from, to) in which a case changes its state."""
    return {
        (kind.value, arrow.source, arrow.target)
        for kind in Kind
        for arrow in arrows(kind)
        if arrow.source != arrow.target
    }


def _arrows(model: type[Application], kind: Kind) -> Iterator[Arrow]:
    for name, method in Application._meta.get_field("state").transitions[model].items():
        for move in method._django_fsm.transitions.values():
            if kind in move.custom["kinds"] and _reachable(model, kind, str(move.source)):
                for target in _targets(move, kind):
                    yield Arrow(name, str(move.source), str(target))


def _targets(move: Any, kind: Kind) -> tuple[Any, ...]:
    if kind in move.custom["targets"]:
        return tuple(move.custom["targets"][kind])
    if move.target is None:
        return (move.source,)
    return tuple(getattr(move.target, "allowed_states", None) or (move.target,))


def _reachable(model: type[Application], kind: Kind, state: str) -> bool:
    return state in states_of(model, kind)


def states_of(model: type[Application], kind: Kind) -> set[str]:
    """Return the states that cases of a kind can come to, from a draft onwards."""
    transitions = Application._meta.get_field("state").transitions[model].values()
    moves = [move for method in transitions for move in method._django_fsm.transitions.values()]
    known: set[str] = set()
    grown = {str(State.DRAFT)}
    while known != grown:
        known = set(grown)
        for move in moves:
            if str(move.source) in known and kind in move.custom["kinds"]:
                grown |= {str(target) for target in _targets(move, kind)}
    return known
