"""The states of findings and of orders, their public labels, and the entry of each step."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FindingState(TextChoices):
    OPEN = "open", pgettext_lazy("signal", "Open")
    EXPLAINED = "explained", _("Explained")
    ACCEPTED = "accepted", _("Explanation accepted")
    CONFIRMED = "confirmed", _("Confirmed")
    ORDERED = "ordered", _("Ordered to be put right")
    PUT_RIGHT = "put_right", pgettext_lazy("signal", "Put right")


class OrderState(TextChoices):
    ISSUED = "issued", _("To be put right")
    ANSWERED = "answered", _("Answered")
    ESCALATED = "escalated", _("With the lead agency")
    CLOSED = "closed", _("Put right, closed")


#: Nothing more follows.
ENDED: Final = frozenset({FindingState.ACCEPTED, FindingState.PUT_RIGHT})
#: The regulator looked at it and took it for what it seemed.
FOUND_TRUE: Final = frozenset(
    {FindingState.CONFIRMED, FindingState.ORDERED, FindingState.PUT_RIGHT}
)
#: The addressee of the order has it, and its clock runs.
WITH_ADDRESSEE: Final = frozenset({OrderState.ISSUED, OrderState.ESCALATED})
OPEN_ORDER: Final = WITH_ADDRESSEE | {OrderState.ANSWERED}

FOUND: Final = "signal.opened"
ISSUED: Final = "order.issued"
#: The entry of the record that each step writes; no step of one kind has a name of the other's.
STEP_TYPES: Final = {
    "explain": "signal.explained",
    "accept": "signal.explanation_accepted",
    "confirm": "signal.confirmed",
    "order": "signal.ordered",
    "put_right": "signal.put_right",
    "answer": "order.answered",
    "return": "order.returned",
    "close": "order.closed",
    "escalate": "order.escalated",
}
