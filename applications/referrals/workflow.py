"""The machine of a referral: every legal move is a transition here, and only here."""

from typing import TYPE_CHECKING, Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import COUNTER, Role
from applications.referrals import serializers as bodies
from workflow.machine import Act, act

if TYPE_CHECKING:
    from datetime import datetime

    from applications.referrals.models import Referral


class ReferralState(TextChoices):
    SENT = "sent", _("Sent, not opened yet")
    OPENED = "opened", _("Opened by the other city's office")
    ACKNOWLEDGED = "acknowledged", _("Taken in by the other city's office")
    DECLINED = "declined", _("Declined by the other city's office")
    WITHDRAWN = "withdrawn", _("Taken back by the customer")


ON_ITS_WAY: Final = (ReferralState.SENT, ReferralState.OPENED)


def counter(referral: "Referral", user: User) -> Role | None:
    """Any clerk, now, of the office or hall that took it in."""
    return user.role_at(referral.counter_id, *COUNTER)


def office(referral: "Referral", user: User) -> Role | None:
    """Whoever has shown the phone of the registered office by a code
    (`applications.referrals.views.receiving`): it has no account."""
    shown = user.shown_phone == referral.office.phone_index
    own = user.party_id == referral.office.party_id
    return Role.OTHER_CITY if own and shown and not user.has_account else None


AT_THE_COUNTER: Final[dict[str, Any]] = {
    "who": counter,
    "refusal": _("Only the counter that took it in can take it back."),
}
AT_THE_OFFICE: Final[dict[str, Any]] = {
    "who": office,
    "refusal": _("Only the office that it was sent to can do this."),
}


class ReferralMachine:
    reference: str
    reason: str
    remind_at: "datetime | None"

    @act(
        ON_ITS_WAY, ReferralState.OPENED,
        Act(_("Open it"), "referral.opened", stamps=["opened_at"], **AT_THE_OFFICE),
    )  # fmt: skip
    def open_it(self) -> None:
        """Each time that the office reads it."""

    @act(
        ReferralState.OPENED, ReferralState.ACKNOWLEDGED,
        Act(_("Confirm that you have it"), "referral.acknowledged", ahead=True,
            body=bodies.Acknowledgement, stamps=["ended_at"], **AT_THE_OFFICE),
    )  # fmt: skip
    def acknowledge(self, *, reference: str) -> None:
        self.reference, self.remind_at = reference, None

    @act(
        ReferralState.OPENED, ReferralState.DECLINED,
        Act(_("Decline it"), "referral.declined", body=bodies.Declining, stamps=["ended_at"],
            **AT_THE_OFFICE),
    )  # fmt: skip
    def decline(self, *, reason: str) -> None:
        self.reason, self.remind_at = reason, None

    @act(
        ON_ITS_WAY, ReferralState.WITHDRAWN,
        Act(_("Take it back for the customer"), "referral.withdrawn", body=bodies.TakingBack,
            stamps=["ended_at"], **AT_THE_COUNTER),
    )  # fmt: skip
    def withdraw(self, *, reason: str) -> None:
        """What the office has read by then, it has."""
        self.reason, self.remind_at = reason, None

    @act(
        ON_ITS_WAY, None,
        Act("", "referral.reminded", stamps=["reminded_at"]),
    )  # fmt: skip
    def remind(self) -> None:
        """Each time that the office has let the days of the rules pass."""
