"""What the machine of a signal allows now, and why not where it does not."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrity.models import Signal
from integrity.states import FOUND_TRUE, State

#: What each step is called on its button.
LABELS: Final[dict[str, str | Promise]] = {
    "explain": gettext_lazy("Explain the signal"),
    "accept": gettext_lazy("Accept the explanation"),
    "confirm": gettext_lazy("Confirm the signal"),
    "order": gettext_lazy("Order it to be put right"),
}
CONFIRM_FIRST: Final = gettext_lazy("Confirm the signal first.")


def legal_moves() -> set[tuple[str, str]]:
    """Return every (from, to) of the machine; the database holds the same table."""
    field: Any = Signal._meta.get_field("state")
    return {(str(move.source), str(move.target)) for move in field.get_all_transitions(Signal)}


def sources(action: str) -> Mapping[str, Any]:
    """Return the states from which a step leads, each with its transition."""
    found: Mapping[str, Any] = getattr(Signal, action)._django_fsm.transitions
    return found


def target(signal: Signal, action: str) -> str:
    """Return the state that a step leads to."""
    return str(sources(action)[signal.state].target)


def allows(signal: Signal, action: str) -> bool:
    """Return whether the machine allows a step now."""
    return signal.state in sources(action)


def why_not(signal: Signal, action: str) -> str:
    """Return why the machine does not allow a step now, as a sentence."""
    if signal.state == State.ACCEPTED:
        return _("The regulator has accepted the explanation.")
    if action == "order":
        begun = signal.state in FOUND_TRUE
        return _("It was ordered to be put right already.") if begun else str(CONFIRM_FIRST)
    if signal.state in FOUND_TRUE:
        return _("The regulator has confirmed this signal.")
    if action == "accept":
        return _("The signal has not been explained yet.")
    return _("The signal was explained already; the regulator has the explanation.")
