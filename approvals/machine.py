"""What the machine of a permit allows now, and why not where it does not."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.models import Permit
from approvals.states import ACCEPTED_ROUTES, COMMITTED_ROUTES, State
from rules.names import Route

#: Which steps belong to a permit, by its route, in the order in which they are shown.
SPOT_STEPS: Final = ("request_supplement", "supply_supplement", "grant", "refuse")
REVIEW_STEPS: Final = (
    "accept", "request_supplement", "supply_supplement", "exclude_time", "resume", "grant",
    "refuse",
)  # fmt: skip

#: What each step is called on its button.
LABELS: Final[dict[str, str | Promise]] = {
    "accept": gettext_lazy("Accept the application"),
    "request_supplement": gettext_lazy("Say what is missing"),
    "supply_supplement": gettext_lazy("Hand in what was missing"),
    "exclude_time": gettext_lazy("Suspend by law"),
    "resume": gettext_lazy("Resume the review"),
    "commit": gettext_lazy("Commit to the conditions"),
    "grant": gettext_lazy("Grant the permit"),
    "refuse": gettext_lazy("Refuse the permit"),
}


def steps_of(route: str) -> tuple[str, ...]:
    """Return the steps that people can take on a route."""
    if route in COMMITTED_ROUTES:
        return ("commit",)
    return REVIEW_STEPS if route in ACCEPTED_ROUTES else SPOT_STEPS


def label_of(action: str, route: str) -> str:
    """Return what a step is called on its button."""
    if action == "commit" and route == Route.FILING:
        return _("File the works")
    return str(LABELS[action])


def legal_moves() -> set[tuple[str, str]]:
    """Return every (from, to) of the machine; the database holds the same table."""
    field: Any = Permit._meta.get_field("state")
    moves = field.get_all_transitions(Permit)
    return {(str(move.source), str(move.target)) for move in moves}


def sources(action: str) -> Mapping[str, Any]:
    """Return the states from which a step leads, each with its transition."""
    found: Mapping[str, Any] = getattr(Permit, action)._django_fsm.transitions
    return found


def allows(permit: Permit, action: str) -> bool:
    """Return whether the machine allows a step now."""
    move = sources(action).get(permit.state)
    return move is not None and all(condition(permit) for condition in move.conditions)


def why_not(permit: Permit, action: str) -> str:
    """Return why the machine does not allow a step now, as a sentence."""
    if action not in steps_of(permit.route):
        return _("A permit on this route does not have this step.")
    if action == "request_supplement" and permit.deemed_accepted:
        return _(
            "The bureau did not answer within the limit of intake, so the permit counts as "
            "accepted since its receipt (Administrative Licensing Law 32). Nothing more can be "
            "asked for."
        )
    if action == "request_supplement" and permit.supplement_asked:
        return _("Papers were asked for once already; everything missing is named at one time.")
    if action in ("grant", "refuse") and permit.state == State.RECEIVED:
        return _("Accept the application first, or say what is missing.")
    state = permit.get_state_display()
    return _("This cannot be done now: the permit is “%(state)s”.") % {"state": state}
