"""What the machine of an order allows now, and why not where it does not."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rectification.models import Order, never_escalated
from rectification.states import State

#: Each step that people take with an order, and its transition.
METHODS: Final = {
    "answer": "answer",
    "return": "send_back",
    "close": "close",
    "escalate": "escalate",
}
ACTIONS: Final = tuple(METHODS)

#: What each step is called on its button.
LABELS: Final[dict[str, str | Promise]] = {
    "answer": gettext_lazy("Answer the order"),
    "close": gettext_lazy("Close: it is put right"),
    "return": gettext_lazy("Send the answer back"),
    "escalate": gettext_lazy("Hand to the lead agency"),
}


def legal_moves() -> set[tuple[str, str]]:
    """Return every (from, to) of the machine; the database holds the same table."""
    return {(source, target) for _action, source, target in moves()}


def moves() -> Iterator[tuple[str, str, str]]:
    """Yield every move of the machine as (action, from, to)."""
    for action in ACTIONS:
        for source, move in sources(action).items():
            targets = getattr(move.target, "allowed_states", (move.target,))
            yield from ((action, str(source), str(target)) for target in targets)


def sources(action: str) -> Mapping[str, Any]:
    """Return the states from which a step leads, each with its transition."""
    found: Mapping[str, Any] = getattr(Order, METHODS[action])._django_fsm.transitions
    return found


def allows(order: Order, action: str) -> bool:
    """Return whether the machine allows a step now."""
    move = sources(action).get(order.state)
    return move is not None and all(condition(order) for condition in move.conditions)


def target(order: Order, action: str) -> str:
    """Return the state to which an allowed step leads."""
    move = sources(action)[order.state].target
    return str(order.back_to if action == "return" else move)


def why_not(order: Order, action: str) -> str:
    """Return why the machine does not allow a step now, as a sentence."""
    if order.state == State.CLOSED:
        return _("This order is closed.")
    if action == "escalate" and not never_escalated(order):
        return _("The lead agency has this order already.")
    if action == "answer":
        return _("The order was answered; the regulator has the answer.")
    return _("The addressee has not answered yet.")
