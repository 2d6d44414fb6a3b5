"""The words of signals: steps, thresholds, periods, what comes later."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.templatetags.city import figure
from integrity.models import Signal
from integrity.states import OPENED, STEP_TYPES, State
from rectification.addressees import party_name
from rules.values import Valued

Text = str | Promise

EVENTS: Final[dict[str, Text]] = {
    OPENED: gettext_lazy("Found in the record"),
    STEP_TYPES["explain"]: gettext_lazy("Explained"),
    STEP_TYPES["accept"]: gettext_lazy("Explanation accepted"),
    STEP_TYPES["confirm"]: gettext_lazy("Confirmed"),
    STEP_TYPES["order"]: gettext_lazy("Ordered to be put right"),
    STEP_TYPES["put_right"]: pgettext_lazy("signal", "Put right"),
}
TONES: Final[dict[str, str]] = {
    State.OPEN: "live",
    State.EXPLAINED: "primary",
    State.ACCEPTED: "",
    State.CONFIRMED: "danger",
    State.ORDERED: "warning",
    State.PUT_RIGHT: "success",
}
UNITS: Final[dict[str, Text]] = {
    "minute": gettext_lazy("%(count)s minutes"),
    "hour": gettext_lazy("%(count)s:00"),
    "day": gettext_lazy("%(count)s days"),
    "working_day": gettext_lazy("%(count)s working days"),
    "times": gettext_lazy("%(count)s times"),
    "step": gettext_lazy("%(count)s steps"),
    "permit": gettext_lazy("%(count)s permits"),
    "case": gettext_lazy("%(count)s cases"),
    "place": gettext_lazy("%(count)s places"),
}
#: Signs whose data the portal does not have yet, and what they wait for.
LATER: Final[tuple[tuple[Text, Text], ...]] = (
    (
        gettext_lazy("Capacity drawn without a case"),
        gettext_lazy("arrives with the book of grid capacity and the meters' data"),
    ),
    (
        gettext_lazy("Power on before its capacity exists"),
        gettext_lazy("arrives with the reservation of capacity"),
    ),
)


def event_words(event: str) -> str:
    """Return what a step was; an unknown one by its plain name."""
    return str(EVENTS.get(event, event))


def amount(row: Valued) -> str:
    """Return a threshold with its unit."""
    return str(UNITS[row.unit]) % {"count": figure(row.number)}


def standing(signal: Signal) -> str:
    """Return who has the signal now and what is next, in one sentence."""
    party = party_name(signal.party)
    words = {
        State.OPEN: _("%(party)s is to explain this; the regulator may also decide at once."),
        State.EXPLAINED: _("%(party)s has explained this; the regulator is to decide."),
        State.ACCEPTED: _("The regulator has accepted the explanation; nothing more follows."),
        State.CONFIRMED: _("The regulator has confirmed this; it can be ordered to be put right."),
        State.ORDERED: _("%(party)s is to put this right; the order says by when."),
        State.PUT_RIGHT: _("This was put right; the order is closed."),
    }
    return words[State(signal.state)] % {"party": party}
