"""The machines of findings and orders: every legal move is a transition here, and only here.

What an act does besides is in `actions.py`, who is told in `events.py`.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.roles import Role
from core.problems import Text
from oversight import serializers as bodies
from workflow.machine import TWO_PEOPLE, Act, Bar, Guard, act

if TYPE_CHECKING:
    from oversight.models import Matter, RectificationOrder


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
#: It is the addressee's turn, and the clock of the order runs.
WITH_ADDRESSEE: Final = frozenset({OrderState.ISSUED, OrderState.ESCALATED})
OPEN_ORDER: Final = WITH_ADDRESSEE | {OrderState.ANSWERED}

#: The acts of the addressee, with files if there are any; all others are the deciding side's.
ANSWERS: Final = frozenset({"explain", "answer"})
#: The first entries: no act of the machines.
FOUND: Final = "signal.opened"
ISSUED: Final = "order.issued"


def addressee(matter: "Matter", user: User) -> Role | None:
    return matter.addressee.role_of(user)


def regulator(matter: "Matter", user: User) -> Role | None:
    return user.role_in(Role.REGULATOR, district=matter.district)


def issuer(order: "RectificationOrder", user: User) -> Role | None:
    """The regulator of the district, and its lead where the order is the lead's."""
    return user.role_in(*_issuers(order), district=order.district)


def decider(order: "RectificationOrder", user: User) -> Role | None:
    """Whoever issues, and the lead agency once it has taken the order up."""
    taken_up = [] if order.escalated_at is None else [Role.LEAD_AGENCY]
    return user.role_in(*_issuers(order), *taken_up, district=order.district)


def _issuers(order: "RectificationOrder") -> list[Role]:
    return list(dict.fromkeys([Role.REGULATOR, Role(order.issued_as)]))


def apart(act: str = "") -> Bar:
    """Nobody judges in a matter of the own, nor of a step of the own, nor what the rules keep apart
    from a step taken here before."""

    def bar(matter: "Matter", user: User) -> Text | None:
        if near := matter.part_of(user):
            return near
        return TWO_PEOPLE if act and user.pk in matter.kept_from(act) else None

    return bar


OWN_STEP: Final = _(
    "This is about a step that you took yourself, or a case in which you took one: somebody else "
    "decides."
)
DECISION: Final[dict[str, Any]] = {
    "who": regulator, "refusal": _("Only the regulator of the district decides this."),
}  # fmt: skip
TAKEN_UP: Final = _(
    "Only the regulator of the district decides this, the lead of the district who issued the "
    "order, or the lead agency once it has it."
)

NOT_ACCEPTED: Final = Guard(
    lambda finding: finding.state != FindingState.ACCEPTED,
    _("The regulator has accepted the explanation."),
)
NOT_CONFIRMED: Final = Guard(
    lambda finding: finding.state not in FOUND_TRUE, _("The regulator has confirmed this finding.")
)
NOT_EXPLAINED: Final = Guard(
    lambda finding: finding.state == FindingState.OPEN,
    _("The finding was explained already; the regulator has the explanation."),
)
EXPLAINED: Final = Guard(
    lambda finding: finding.state != FindingState.OPEN,
    _("The finding has not been explained yet."),
)
CONFIRMED: Final = Guard(
    lambda finding: finding.state in FOUND_TRUE, _("Confirm the finding first.")
)
NOT_ORDERED: Final = Guard(
    lambda finding: finding.order_ref is None, _("It was ordered to be put right already.")
)


class FindingMachine:
    explanation: str
    decision: str
    order_ref: UUID | None

    @act(
        FindingState.OPEN, FindingState.EXPLAINED,
        Act(_("Explain the finding"), "signal.explained", ahead=True, who=addressee,
            refusal=_("Only the lead of those whom the finding concerns explains it."),
            guards=[NOT_ACCEPTED, NOT_CONFIRMED, NOT_EXPLAINED], body=bodies.Explanation,
            files=True, stamps=["explained_at"]),
    )  # fmt: skip
    def explain(self, *, text: str) -> None:
        self.explanation = text

    @act(
        FindingState.EXPLAINED, FindingState.ACCEPTED,
        Act(_("Accept the explanation"), "signal.explanation_accepted", ahead=True, **DECISION,
            bar=apart("accept"),
            guards=[NOT_ACCEPTED, NOT_CONFIRMED, EXPLAINED], body=bodies.Acceptance,
            stamps=["decided_at", "ended_at"]),
    )  # fmt: skip
    def accept(self, *, text: str) -> None:
        self.decision = text

    @act(
        (FindingState.OPEN, FindingState.EXPLAINED), FindingState.CONFIRMED,
        Act(_("Confirm the finding"), "signal.confirmed", **DECISION, bar=apart("confirm"),
            guards=[NOT_ACCEPTED, NOT_CONFIRMED], body=bodies.Confirmation,
            stamps=["decided_at"]),
    )  # fmt: skip
    def confirm(self, *, text: str) -> None:
        """Work was done outside the system, or filled in afterwards."""
        self.decision = text

    @act(
        FindingState.CONFIRMED, FindingState.ORDERED,
        Act(_("Order it to be put right"), "signal.ordered", ahead=True, **DECISION,
            bar=apart(),
            guards=[NOT_ACCEPTED, CONFIRMED, NOT_ORDERED], body=bodies.OrderIt),
    )  # fmt: skip
    def order(self, *, order_ref: UUID) -> None:
        self.order_ref = order_ref

    @act(
        FindingState.ORDERED, FindingState.PUT_RIGHT,
        Act(_("put right"), "signal.put_right", ahead=True, stamps=["ended_at"]),
    )  # fmt: skip
    def put_right(self, *, order: str) -> None:
        """The order of this number was closed."""


NOT_CLOSED: Final = Guard(
    lambda order: order.state != OrderState.CLOSED, _("This order is closed.")
)
NOT_ANSWERED: Final = Guard(
    lambda order: order.state != OrderState.ANSWERED,
    _("The order was answered; whoever issued it has the answer."),
)
ANSWERED: Final = Guard(
    lambda order: order.state == OrderState.ANSWERED, _("The addressee has not answered yet.")
)
NEVER_ESCALATED: Final = Guard(
    lambda order: order.escalated_at is None, _("The lead agency has this order already.")
)


class OrderMachine:
    answered_at: datetime | None
    escalated_at: datetime | None

    @act(
        (OrderState.ISSUED, OrderState.ESCALATED), OrderState.ANSWERED,
        Act(_("Answer the order"), "order.answered", ahead=True, who=addressee,
            refusal=_("Only the lead of the addressee answers an order."),
            guards=[NOT_CLOSED, NOT_ANSWERED], body=bodies.Answer, files=True,
            stamps=["answered_at"]),
    )  # fmt: skip
    def answer(self, *, text: str) -> None:
        """The addressee says what was put right."""

    @act(
        OrderState.ANSWERED, OrderState.CLOSED,
        Act(_("Close: it is put right"), "order.closed", ahead=True, who=decider, refusal=TAKEN_UP,
            bar=apart("close"), guards=[NOT_CLOSED, ANSWERED], body=bodies.Closing,
            stamps=["closed_at"]),
    )  # fmt: skip
    def close(self, *, reason: str) -> None:
        """It is put right."""

    @act(
        OrderState.ANSWERED, (OrderState.ISSUED, OrderState.ESCALATED),
        Act(_("Send the answer back"), "order.returned", who=decider, refusal=TAKEN_UP,
            bar=apart("return"), guards=[NOT_CLOSED, ANSWERED], body=bodies.Return, name="return"),
    )  # fmt: skip
    def send_back(self, *, reason: str) -> OrderState:
        """The answer is not enough: the addressee has it again, with what is left of its days."""
        self.answered_at = None
        return OrderState.ISSUED if self.escalated_at is None else OrderState.ESCALATED

    @act(
        (OrderState.ISSUED, OrderState.ANSWERED), OrderState.ESCALATED,
        Act(_("Hand to the lead agency"), "order.escalated", who=issuer, refusal=TAKEN_UP,
            bar=apart("escalate"), guards=[NOT_CLOSED, NEVER_ESCALATED], body=bodies.Escalation,
            stamps=["escalated_at"]),
    )  # fmt: skip
    def escalate(self, *, reason: str) -> None:
        """The lead agency takes it up; the addressee has it, with what is left of its days."""
        self.answered_at = None
