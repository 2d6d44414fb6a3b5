"""The machines of payments and refunds: every legal move is a transition here, and only here."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.roles import Role
from applications.who import as_applicant, left_to
from core.bodies import Body, WordsField
from core.problems import Text
from money.charges.workflow import ChargeState
from money.payments.serializers import NewRefund
from workflow.machine import Act, Guard, act

if TYPE_CHECKING:
    from money.charges.models import Charge
    from money.payments.models import Payment, Refund


class PaymentState(TextChoices):
    NEW = "new", pgettext_lazy("payment", "To be ordered")
    OPEN = "open", pgettext_lazy("payment", "Waiting for the payment")
    RECEIVED = "received", pgettext_lazy("payment", "Received")
    QUESTIONED = "questioned", pgettext_lazy("payment", "Not as ordered, to be looked at")
    SURPLUS = "surplus", pgettext_lazy("payment", "Received, to be dealt with")
    REFUNDED = "refunded", pgettext_lazy("payment", "Refunded")
    CLOSED = "closed", pgettext_lazy("payment", "Closed without payment")


class RefundState(TextChoices):
    NEW = "new", pgettext_lazy("refund", "To be asked for")
    ASKED = "asked", pgettext_lazy("refund", "On its way")
    DONE = "done", pgettext_lazy("refund", "Refunded")
    FAILED = "failed", pgettext_lazy("refund", "Failed")
    CLOSED = "closed", pgettext_lazy("refund", "Closed without refund")


#: Of the supply company, whoever deals with money that came, in the district of the case.
DEALERS: Final = (Role.MANAGER, Role.PROJECT, Role.SUPPLY_LEAD)
_P, _R = PaymentState, RefundState
#: Of these something can be given back.
HELD: Final = (_P.RECEIVED, _P.SURPLUS)


class ReasonOfPayment(Body):
    """What was found, and what became of the money."""

    reason = WordsField(
        label=_("What was found, and what became of the money"),
        help_text=_("The applicant reads this as it stands."),
        max_length=500,
    )


def payer(payment: "Payment", user: User) -> Role | None:
    """The applicant's side, at a counter its clerks."""
    return as_applicant(payment.application, user)


def company(thing: "Payment | Refund", user: User) -> Role | None:
    """A manager of the case's district, or the supply company's lead there."""
    case = thing.application
    return user.role_in(*DEALERS, district=case.district)


def own(thing: "Payment | Refund", user: User) -> Text | None:
    """Of a high-voltage case, a manager leaves it to the one who has it; the lead need not."""
    return left_to(Role.MANAGER, besides=[Role.SUPPLY_LEAD])(thing.application, user)


COMPANY: Final[dict[str, Any]] = {
    "who": company,
    "bar": own,
    "refusal": _("Only a manager of the supply company in this district, or its lead, does this."),
}
DUE: Final = Guard(
    lambda one: one.charge.state == ChargeState.DUE,
    _("There is nothing to pay of this charge now."),
)
WHOLE: Final = Guard(
    lambda one: one.amount_fen == one.charge.amount_fen,
    _("It is another amount than that of the charge: refund it."),
)


class PaymentMachine:
    charge: "Charge"
    amount_fen: int
    transaction: str
    questioned: str
    words: str
    paid_at: datetime | None
    ask_at: datetime | None

    @act(
        _P.NEW, _P.OPEN,
        Act(pgettext_lazy("payment", "Pay"), "payment.ordered", ahead=True, who=payer,
            refusal=_("Only the applicant pays a charge."), guards=[DUE], stamps=["ordered_at"]),
    )  # fmt: skip
    def order(self) -> None:
        """What is to be paid is frozen now, when somebody leaves to pay."""

    @act(
        (_P.OPEN, _P.QUESTIONED), (_P.RECEIVED, _P.SURPLUS),
        Act("", "payment.received", stamps=["received_at"]),
    )  # fmt: skip
    def receive(self, *, transaction: str, paid_at: datetime | None) -> str:
        """It settles the charge, unless that was paid or taken back meanwhile."""
        self._take(transaction, paid_at)
        return _P.RECEIVED if self.charge.state == ChargeState.DUE else _P.SURPLUS

    @act(
        (_P.NEW, _P.CLOSED), _P.SURPLUS,
        Act("", "payment.surplus", stamps=["received_at"]),
    )  # fmt: skip
    def receive_late(self, *, transaction: str, paid_at: datetime | None) -> None:
        """After its order was closed, or once more for one that was paid."""
        self._take(transaction, paid_at)

    def _take(self, transaction: str, paid_at: datetime | None) -> None:
        self.transaction, self.paid_at = transaction, paid_at
        self.ask_at, self.questioned = None, ""

    @act((_P.OPEN, _P.CLOSED), _P.QUESTIONED, Act("", "payment.questioned"))
    def question(self, *, differs: str) -> None:
        """The provider says that something else was paid than what was ordered: not paid."""
        self.questioned, self.ask_at = differs, None

    @act(_P.OPEN, _P.CLOSED, Act("", "payment.closed", stamps=["ended_at"]))
    def close(self) -> None:
        """It ran out, and the provider has closed it."""
        self.ask_at = None

    @act(
        _P.QUESTIONED, _P.CLOSED,
        Act(_("Close it: what was paid was dealt with"), "payment.dismissed", **COMPANY,
            body=ReasonOfPayment, stamps=["ended_at"]),
    )  # fmt: skip
    def dismiss(self, *, reason: str) -> None:
        self.words = reason

    @act(
        _P.SURPLUS, _P.RECEIVED,
        Act(_("Count it for the charge"), "payment.applied", ahead=True, **COMPANY,
            guards=[DUE, WHOLE]),
    )  # fmt: skip
    def apply(self) -> None:
        """What came too late pays the charge all the same."""

    @act(HELD, _P.REFUNDED, Act("", "payment.refunded", stamps=["ended_at"]))
    def give_back(self) -> None:
        """The last of its refunds is done, and they come to all of it."""


class RefundMachine:
    words: str
    amount_fen: int
    ask_at: datetime | None

    @act(
        _R.NEW, _R.ASKED,
        Act(_("Refund"), "refund.asked", **COMPANY, body=NewRefund, stamps=["asked_at"]),
    )  # fmt: skip
    def ask(self, *, amount_fen: int, reason: str) -> None:
        self.amount_fen, self.words = amount_fen, reason

    @act((_R.ASKED, _R.FAILED), _R.DONE, Act("", "refund.done", stamps=["ended_at"]))
    def finish(self) -> None:
        self.ask_at = None

    @act(_R.ASKED, _R.FAILED, Act("", "refund.failed"))
    def fail(self) -> None:
        """It may come all the same, so its amount is given to no other refund."""
        self.ask_at = None

    @act((_R.ASKED, _R.FAILED), _R.CLOSED, Act("", "refund.closed", stamps=["ended_at"]))
    def close(self) -> None:
        """It will never come: its amount can be refunded by another one."""
        self.ask_at = None

    @act(
        _R.FAILED, _R.ASKED,
        Act(_("Try the refund again"), "refund.retried", ahead=True, **COMPANY),
    )  # fmt: skip
    def retry(self) -> None:
        """Under the same number, so that it is never given twice."""
