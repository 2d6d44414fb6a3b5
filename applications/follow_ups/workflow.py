"""The machine of a follow-up: every legal move is a transition here, and only here."""

from typing import TYPE_CHECKING, Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from applications.follow_ups import serializers as bodies
from workflow.machine import Act, Guard, act, own_case

if TYPE_CHECKING:
    from applications.follow_ups.models import FollowUp


class FollowUpState(TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Applicant spoken to, closed")


def lead(follow_up: "FollowUp", user: User) -> Role | None:
    return user.role_in(Role.SUPPLY_LEAD, district=follow_up.district)


#: Who took a step in the case does not even see the follow-up (`queries.reads_ratings`).
LEAD: Final[dict[str, Any]] = {
    "who": lead,
    "refusal": _("Only the supply company's lead in the district follows up a low rating."),
    "bar": own_case,
}
NOT_CLOSED: Final = Guard(
    lambda follow_up: follow_up.state != FollowUpState.CLOSED,
    _("This follow-up is closed."),
)


class FollowUpMachine:
    said: str
    done: str

    @act(
        FollowUpState.OPEN, FollowUpState.CLOSED,
        Act(_("Close: the applicant was spoken to"), "follow_up.closed", ahead=True, **LEAD,
            guards=[NOT_CLOSED], body=bodies.Outcome, stamps=["closed_at"]),
    )  # fmt: skip
    def close(self, *, said: str, done: str) -> None:
        """Never without having spoken to the applicant."""
        self.said, self.done = said, done

    @act(
        FollowUpState.OPEN, None,
        Act(_("Record a call that reached nobody"), "follow_up.attempted", **LEAD,
            guards=[NOT_CLOSED], body=bodies.Attempt),
    )  # fmt: skip
    def attempt(self, *, text: str) -> None:
        """It stays open, and its clock runs on."""
