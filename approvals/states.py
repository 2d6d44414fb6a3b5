"""The states of a permit: whose turn it is in each, its public label, the entry of each step."""

from collections.abc import Iterable
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from rules.names import Route


class State(TextChoices):
    """Where a permit stands."""

    RECEIVED = "received", _("Received")
    AWAITING_SUPPLEMENT = "awaiting_supplement", _("Waiting for missing papers")
    ACCEPTED = "accepted", _("Accepted")
    SUSPENDED = "suspended", _("Suspended by law")
    AWAITING_COMMITMENT = "awaiting_commitment", _("Waiting for the commitment")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


GOVERNMENT: Final = "government"
SUPPLIER: Final = "supplier"

#: Who has to do something next; None where everything is done.
TURN: Final[dict[State, str | None]] = {
    State.RECEIVED: GOVERNMENT,
    State.ACCEPTED: GOVERNMENT,
    State.SUSPENDED: GOVERNMENT,
    State.AWAITING_SUPPLEMENT: SUPPLIER,
    State.AWAITING_COMMITMENT: SUPPLIER,
    State.GRANTED: None,
    State.REFUSED: None,
    State.WITHDRAWN: None,
}

WITH_BUREAU: Final = frozenset(state for state, turn in TURN.items() if turn == GOVERNMENT)
OPEN: Final = frozenset(state for state, turn in TURN.items() if turn is not None)
DECIDED: Final = frozenset({State.GRANTED, State.REFUSED})

#: Routes on which somebody has to do something; the others need no permit at all.
LIVE_ROUTES: Final = frozenset(Route) - {Route.NOT_NEEDED, Route.EXEMPT}
#: Routes with a formal acceptance, and so with an intake limit (行政许可法 32).
ACCEPTED_ROUTES: Final = frozenset({Route.REVIEW, Route.SPECIAL})
COMMITTED_ROUTES: Final = frozenset({Route.COMMITMENT, Route.FILING})

#: The entry of the record that each step writes.
STEP_TYPES: Final = {
    "receive": "permit.received",
    "carry_over": "permit.carried_over",
    "accept": "permit.accepted",
    "deem_accepted": "permit.deemed_accepted",
    "request_supplement": "permit.supplement_requested",
    "supply_supplement": "permit.supplement_supplied",
    "exclude_time": "permit.time_excluded",
    "resume": "permit.time_resumed",
    "commit": "permit.committed",
    "grant": "permit.granted",
    "refuse": "permit.refused",
    "withdraw": "permit.withdrawn",
}


def first_state(route: str) -> State | None:
    """Return the state in which a permit of a route begins; None where none is needed."""
    if route not in LIVE_ROUTES:
        return None
    return State.AWAITING_COMMITMENT if route in COMMITTED_ROUTES else State.RECEIVED


def holder_of(states: Iterable[str]) -> str:
    """Return who holds a case whose permits are in these states.

    The government while any permit waits for a bureau, otherwise the supply company.
    """
    return GOVERNMENT if any(state in WITH_BUREAU for state in states) else SUPPLIER
