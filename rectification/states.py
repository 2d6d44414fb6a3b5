"""The states of an order: whose turn it is in each, its public label, the entry of each step."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where an order stands."""

    ISSUED = "issued", _("To be put right")
    ANSWERED = "answered", _("Answered")
    ESCALATED = "escalated", _("With the lead agency")
    CLOSED = "closed", _("Put right, closed")


#: The addressee has it, and its clock runs.
WITH_ADDRESSEE: Final = frozenset({State.ISSUED, State.ESCALATED})
OPEN: Final = WITH_ADDRESSEE | {State.ANSWERED}

ISSUE: Final = "issue"

#: The entry of the record that each step writes, in the order in which steps are shown.
STEP_TYPES: Final = {
    ISSUE: "order.issued",
    "answer": "order.answered",
    "return": "order.returned",
    "close": "order.closed",
    "escalate": "order.escalated",
}
