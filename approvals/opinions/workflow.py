"""The machine of an opinion: every legal move is a transition here, and only here."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.parties import phone_index
from accounts.roles import BUREAU_ROLES, Role
from approvals.offices import role_in_office
from approvals.opinions.serializers import GivenOpinion, NewOpinion
from core.problems import Text
from workflow.machine import Act, Guard, act, own_case

if TYPE_CHECKING:
    from approvals.opinions.models import Opinion


class OpinionState(TextChoices):
    NEW = "new", _("To be asked for")
    ASKED = "asked", _("Opinion asked for")
    ANSWERED = "answered", _("Opinion given")
    WITHDRAWN = "withdrawn", _("Request for an opinion withdrawn")


def officer(opinion: "Opinion", user: User) -> Role | None:
    return role_in_office(opinion.permit, user, *BUREAU_ROLES)


def in_own_case(opinion: "Opinion", user: User) -> Text | None:
    return own_case(opinion.permit, user)


def consulted(opinion: "Opinion", user: User) -> Role | None:
    """Whoever has shown the phone that was asked, by a code for this opinion alone
    (`applications.opinions`): there is no account."""
    own = user.party_id == opinion.party_id and not user.has_account
    shown = bool(opinion.phone) and user.shown_phone == phone_index(opinion.phone)
    return Role.CONSULTED if own and shown else None


OFFICER: Final[dict[str, Any]] = {
    "who": officer,
    "bar": in_own_case,
    "refusal": _("Only an officer of the bureau that decides this permit, there, may do this."),
}
ASKED_ONE: Final[dict[str, Any]] = {
    "who": consulted,
    "refusal": _("Only whoever was asked gives this opinion."),
}
UNDECIDED: Final = Guard(
    lambda opinion: opinion.permit.is_open(),
    _("The permit is decided: no opinion on it is needed any more."),
)
IN_TIME: Final = Guard(lambda opinion: not opinion.expired, _("The time for an answer has passed."))
NOT_REMINDED: Final = Guard(
    lambda opinion: opinion.reminded_at is None, _("The reminder was sent already: there is one.")
)


class OpinionMachine:
    name: str
    phone: str
    question: str
    parts: list[str]
    files: list[str]
    expires_at: datetime
    position: str
    words: str

    @act(
        OpinionState.NEW, OpinionState.ASKED,
        Act(_("Ask for an opinion"), "opinion.asked", ahead=True, guards=[UNDECIDED],
            body=NewOpinion, stamps=["asked_at"], **OFFICER),
    )  # fmt: skip
    def ask(
        self,
        *,
        name: str,
        phone: str,
        question: str,
        parts: list[str],
        files: list[str],
        expires_at: datetime,
    ) -> None:
        """Of somebody outside, who decides nothing by it."""
        self.name, self.phone, self.question = name, phone, question
        self.parts, self.files, self.expires_at = parts, files, expires_at

    @act(
        OpinionState.ASKED, None,
        Act(_("Remind"), "opinion.reminded", guards=[UNDECIDED, IN_TIME, NOT_REMINDED],
            stamps=["reminded_at"], **OFFICER),
    )  # fmt: skip
    def remind(self) -> None:
        """Send the link once more; the last day stays."""

    @act(
        OpinionState.ASKED, OpinionState.WITHDRAWN,
        Act(_("Withdraw the request for an opinion"), "opinion.withdrawn", **OFFICER,
            stamps=["withdrawn_at"]),
    )  # fmt: skip
    def withdraw(self) -> None:
        self.phone = ""

    @act(
        OpinionState.ASKED, None,
        Act(_("Open it"), "opinion.opened", guards=[UNDECIDED, IN_TIME], stamps=["opened_at"],
            **ASKED_ONE),
    )  # fmt: skip
    def open_it(self) -> None:
        """Each time that a code was typed."""

    @act(
        OpinionState.ASKED, OpinionState.ANSWERED,
        Act(_("Give your opinion"), "opinion.given", ahead=True, guards=[UNDECIDED, IN_TIME],
            body=GivenOpinion, stamps=["answered_at"], **ASKED_ONE),
    )  # fmt: skip
    def answer(self, *, position: str, words: str) -> None:
        self.position, self.words, self.phone = position, words, ""
