"""The states of a signal: whose turn it is in each, its public label, the entry of each step."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(TextChoices):
    """Where a signal stands."""

    OPEN = "open", pgettext_lazy("signal", "Open")
    EXPLAINED = "explained", _("Explained")
    ACCEPTED = "accepted", _("Explanation accepted")
    CONFIRMED = "confirmed", _("Confirmed")
    ORDERED = "ordered", _("Ordered to be put right")
    PUT_RIGHT = "put_right", pgettext_lazy("signal", "Put right")


#: Nothing more follows.
ENDED: Final = frozenset({State.ACCEPTED, State.PUT_RIGHT})
#: The regulator looked at it and took it for what it seemed.
FOUND_TRUE: Final = frozenset({State.CONFIRMED, State.ORDERED, State.PUT_RIGHT})

OPENED: Final = "signal.opened"
#: The entry of the record that each step writes, in the order in which steps are shown.
STEP_TYPES: Final = {
    "explain": "signal.explained",
    "accept": "signal.explanation_accepted",
    "confirm": "signal.confirmed",
    "order": "signal.ordered",
    "put_right": "signal.put_right",
}
#: What people do; `put_right` follows from closing the order.
ACTIONS: Final = ("explain", "accept", "confirm", "order")
