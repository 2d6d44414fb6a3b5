"""The machine of a report: every legal move is a transition here, and only here."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import BUREAU_ROLES, Role
from core.bodies import Empty
from reliability.reports.bodies import (
    ClosingReport,
    HandingOver,
    Joining,
    Linking,
    Note,
    SeeingReporter,
)
from reliability.reports.kinds import Outcome
from reliability.who import OPERATORS
from rules.values import DISTRICT_LEAD, SUPPLY
from workflow.machine import Act, Guard, act, own_case

if TYPE_CHECKING:
    from datetime import datetime

    from reliability.reports.models import Report


class ReportState(TextChoices):
    OPEN = "open", _("Reported")
    TAKEN_ON = "taken_on", _("Being looked into")
    CLOSED = "closed", _("Report closed")


_S = ReportState
#: While somebody waits for the answer.
UNANSWERED: Final = (_S.OPEN, _S.TAKEN_ON)


def works(office: str, district: str, user: User) -> Role | None:
    """By which role a person works the reports of an office in a district, if at all."""
    if office == SUPPLY:
        return user.role_in(*OPERATORS, district=district)
    if office == DISTRICT_LEAD:
        return user.role_in(Role.DISTRICT_LEAD, district=district)
    return user.role_in(*BUREAU_ROLES, district=district, bureau=office)


def worker(report: "Report", user: User) -> Role | None:
    return works(report.office, report.district, user)


WORKER: Final[dict[str, Any]] = {
    "who": worker,
    "refusal": _("Only the office that has this report does this."),
    "bar": own_case,
}
NOT_CLOSED: Final = Guard(
    lambda report: report.state != _S.CLOSED, _("This report is closed already.")
)
ITSELF: Final = Guard(
    lambda report: not report.joined.exists(),
    _("Other reports are joined to this one: it stays one by itself."),
)
NOT_JOINED: Final = Guard(
    lambda report: report.joined_to_id is None,
    _("This report is joined to another one: enter it there."),
)
KEPT: Final = Guard(
    lambda report: not report.is_erased, _("Whoever reported this is not kept any more.")
)


class ReportMachine:
    office: str
    taken_on_at: "datetime | None"
    outcome: str
    answer: str
    referred_to: str
    penalty_by: str
    penalty_clause: str
    penalty_yuan: Decimal | None

    @act(
        _S.OPEN, _S.TAKEN_ON,
        Act(_("Take it on"), "report.taken_on", body=Empty, stamps=["taken_on_at"], ahead=True,
            guards=[NOT_CLOSED], **WORKER),
    )  # fmt: skip
    def take_on(self) -> None:
        """Somebody looks into it from now on."""

    @act(
        (_S.OPEN, _S.TAKEN_ON), _S.CLOSED,
        Act(_("Close with an answer"), "report.closed", body=ClosingReport, stamps=["closed_at"],
            ahead=frozenset({_S.TAKEN_ON}), guards=[NOT_CLOSED], **WORKER),
    )  # fmt: skip
    def close(
        self,
        *,
        outcome: str,
        answer: str,
        referred_to: str,
        penalty_by: str,
        penalty_clause: str,
        penalty_yuan: Decimal | None,
    ) -> None:
        """The outcome goes to everybody who reported it."""
        self.outcome, self.answer, self.referred_to = outcome, answer, referred_to
        self.penalty_by, self.penalty_clause = penalty_by, penalty_clause
        self.penalty_yuan = penalty_yuan

    @act(
        _S.TAKEN_ON, None,
        Act(_("Note what was found"), "report.noted", body=Note, files=True, guards=[NOT_CLOSED],
            **WORKER),
    )  # fmt: skip
    def note(self) -> None:
        """It stands beside the report, with the files that show it."""

    @act(
        (_S.OPEN, _S.TAKEN_ON), _S.OPEN,
        Act(_("Hand it over to another office"), "report.handed_over", body=HandingOver,
            guards=[NOT_CLOSED], **WORKER),
    )  # fmt: skip
    def hand_over(self, *, office: str) -> None:
        """The clock runs on: whoever reported waits for one answer."""
        self.office, self.taken_on_at = office, None

    @act(
        (_S.OPEN, _S.TAKEN_ON), _S.CLOSED,
        Act(_("Join it to another report"), "report.joined", body=Joining, stamps=["closed_at"],
            guards=[NOT_CLOSED, ITSELF], **WORKER),
    )  # fmt: skip
    def join(self) -> None:
        """It is answered with the other one."""
        self.outcome = Outcome.JOINED

    @act(
        (_S.OPEN, _S.TAKEN_ON, _S.CLOSED), None,
        Act(_("Enter the outage of it"), "report.outage_linked", body=Linking, guards=[NOT_JOINED],
            **WORKER),
    )  # fmt: skip
    def link_outage(self) -> None:
        """Which outage is reported, or came of what is reported; a later entry mends it."""

    @act(
        (_S.OPEN, _S.TAKEN_ON), None,
        Act(_("See the phone of whoever reported"), "report.reporter_shown", body=SeeingReporter,
            guards=[NOT_CLOSED, KEPT], here=False, **WORKER),
    )  # fmt: skip
    def see_reporter(self) -> None:
        """To ask what nobody else can say; it is in the record."""
