"""The machine of a charge: every legal move is a transition here, and only here."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.roles import Role
from applications.states import ENDED, ZERO_INVESTMENT
from applications.who import customer_manager, left_to
from core.bodies import Body, WordsField
from core.clock import city_now
from core.problems import Text
from money.charges.serializers import ChargeRequest
from workflow.machine import Act, Guard, act

if TYPE_CHECKING:
    from applications.models import Application
    from money.catalogue import FeeItem, Payee
    from money.charges.models import Charge


class ChargeState(TextChoices):
    NEW = "new", pgettext_lazy("charge", "To be entered")
    DUE = "due", pgettext_lazy("charge", "To be paid")
    NOTHING = "nothing", pgettext_lazy("charge", "Nothing to pay")
    PAID = "paid", pgettext_lazy("charge", "Paid")
    REFUNDED = "refunded", pgettext_lazy("charge", "Paid and refunded")
    WITHDRAWN = "withdrawn", pgettext_lazy("charge", "Taken back")


_S = ChargeState
#: Nothing was paid of it yet.
UNPAID: Final = (_S.DUE, _S.NOTHING)


class WithdrawalOfCharge(Body):
    """Why a charge is taken back."""

    reason = WordsField(
        label=_("Reason"), help_text=_("The applicant reads this as it stands."), max_length=500
    )


def company(charge: "Charge", user: User) -> Role | None:
    return customer_manager(charge.application, user)


def own(charge: "Charge", user: User) -> Text | None:
    """Of a high-voltage case, left to the customer manager who has it, or the deputy."""
    return left_to(Role.MANAGER)(charge.application, user)


def free(charge: "Charge") -> Text:
    """By which clause a case takes no charge."""
    clause = charge.application.rules(city_now()).three_zero_kw().clause
    text = _("Everything up to and including the meter is free here (%(clause)s).")
    return text % {"clause": clause}


COMPANY: Final[dict[str, Any]] = {
    "who": company,
    "bar": own,
    "refusal": _("Only the supply company enters charges."),
}
OPEN: Final = Guard(
    lambda one: not one.application.draft and one.application.state not in ENDED,
    _("Charges are entered while a case is open."),
)
CHARGED: Final = Guard(lambda one: one.application.kind not in ZERO_INVESTMENT, free)


class ChargeMachine:
    application: "Application"
    fee_item: "FeeItem"
    quantity: Decimal
    amount_yuan: Decimal
    payee: str
    payee_affiliated: bool
    declared: "Payee | None"
    words: str
    paid_at: datetime | None

    @act(
        _S.NEW, (_S.DUE, _S.NOTHING),
        Act(_("Enter a charge"), "case.charged", **COMPANY, guards=[OPEN, CHARGED],
            body=ChargeRequest, stamps=["entered_at"]),
    )  # fmt: skip
    def enter(self, **values: Any) -> str:
        """By an item of the catalogue in force today (优化营商环境条例 25)."""
        for name, value in values.items():
            setattr(self, name, value)
        return _S.DUE if self.amount_yuan else _S.NOTHING

    @act(
        UNPAID, _S.WITHDRAWN,
        Act(_("Take the charge back"), "charge.withdrawn", **COMPANY, body=WithdrawalOfCharge,
            stamps=["ended_at"]),
    )  # fmt: skip
    def withdraw(self, *, reason: str) -> None:
        self.words = reason

    @act(UNPAID, _S.WITHDRAWN, Act("", "charge.lapsed", stamps=["ended_at"]))
    def lapse(self) -> None:
        """The case has ended without power."""

    @act(UNPAID, _S.WITHDRAWN, Act("", "charge.annulled", stamps=["ended_at"]))
    def annul(self) -> None:
        """A complaint about it was upheld."""

    @act(_S.DUE, _S.PAID, Act("", "charge.paid", stamps=["paid_at"]))
    def settle(self) -> None:
        """What was received for it is the whole of it."""

    @act(_S.PAID, _S.REFUNDED, Act("", "charge.refunded", stamps=["ended_at"]))
    def refund(self) -> None:
        """All that was paid for it was given back."""
