"""What the machines of findings and orders allow now, and why not where they do not."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oversight.models import Finding, Matter, RectificationOrder, never_escalated
from oversight.states import FOUND_TRUE, FindingState, OrderState

Labels = dict[str, str | Promise]

#: What people do, and what each step is called on its button.
FINDING_LABELS: Final[Labels] = {
    "explain": gettext_lazy("Explain the signal"),
    "accept": gettext_lazy("Accept the explanation"),
    "confirm": gettext_lazy("Confirm the signal"),
    "order": gettext_lazy("Order it to be put right"),
}
ORDER_LABELS: Final[Labels] = {
    "answer": gettext_lazy("Answer the order"),
    "close": gettext_lazy("Close: it is put right"),
    "return": gettext_lazy("Send the answer back"),
    "escalate": gettext_lazy("Hand to the lead agency"),
}
#: Steps whose transition has another name: `return` is a word of the language.
METHODS: Final = {"return": "send_back"}


def labels(kind: type[Matter]) -> Labels:
    """Return the steps that people take, each with its label."""
    return FINDING_LABELS if kind is Finding else ORDER_LABELS


def legal_moves(kind: type[Matter]) -> set[tuple[str, str]]:
    """Return every (from, to) of a machine; the database holds the same table."""
    return {(source, target) for _action, source, target in moves(kind)}


def moves(kind: type[Matter]) -> Iterator[tuple[str, str, str]]:
    """Yield every move of a machine as (action, from, to)."""
    # `put_right` follows from closing the order: no person takes it.
    actions = sorted([*FINDING_LABELS, "put_right"]) if kind is Finding else ORDER_LABELS
    for action in actions:
        for source, move in sources(kind, action).items():
            targets = getattr(move.target, "allowed_states", (move.target,))
            yield from ((action, str(source), str(target)) for target in targets)


def sources(kind: type[Matter], action: str) -> Mapping[str, Any]:
    """Return the states from which a step leads, each with its transition."""
    found: Mapping[str, Any] = getattr(kind, method_of(action))._django_fsm.transitions
    return found


def method_of(action: str) -> str:
    """Return the name of a step's transition."""
    return METHODS.get(action, action)


def allows(matter: Matter, action: str) -> bool:
    """Return whether the machine allows a step now."""
    move = sources(type(matter), action).get(matter.state)
    return move is not None and all(condition(matter) for condition in move.conditions)


def target(matter: Matter, action: str) -> str:
    """Return the state to which an allowed step leads."""
    if action == "return" and isinstance(matter, RectificationOrder):
        return str(matter.back_to)
    return str(sources(type(matter), action)[matter.state].target)


def why_not(matter: Matter, action: str) -> str:
    """Return why the machine does not allow a step now, as a sentence."""
    if isinstance(matter, RectificationOrder):
        return _why_not_order(matter, action)
    return _why_not_finding(matter, action)


def _why_not_finding(finding: Matter, action: str) -> str:
    if finding.state == FindingState.ACCEPTED:
        return _("The regulator has accepted the explanation.")
    if action == "order":
        if finding.state in FOUND_TRUE:
            return _("It was ordered to be put right already.")
        return _("Confirm the signal first.")
    if finding.state in FOUND_TRUE:
        return _("The regulator has confirmed this signal.")
    if action == "accept":
        return _("The signal has not been explained yet.")
    return _("The signal was explained already; the regulator has the explanation.")


def _why_not_order(order: RectificationOrder, action: str) -> str:
    if order.state == OrderState.CLOSED:
        return _("This order is closed.")
    if action == "escalate" and not never_escalated(order):
        return _("The lead agency has this order already.")
    if action == "answer":
        return _("The order was answered; the regulator has the answer.")
    return _("The addressee has not answered yet.")
