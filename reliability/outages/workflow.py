"""The machine of an outage: every legal move is a transition here, and only here."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reliability.outages.bodies import (
    CrewSending,
    FaultLocating,
    NewOutage,
    OutageCancelling,
    OutageEstimate,
    PartRestoring,
    PlanChange,
    TimesCorrection,
)
from reliability.who import OPERATOR
from workflow.machine import Act, Guard, act

if TYPE_CHECKING:
    from reliability.crews.models import RepairCrew


class OutageState(TextChoices):
    NEW = "new", pgettext_lazy("outage", "To be announced")
    ANNOUNCED = "announced", _("Announced")
    OFF = "off", _("Power off")
    LOCATED = "located", _("Fault located")
    CREW = "crew", _("Crew on the way")
    REPAIRING = "repairing", _("Being repaired")
    RESTORED = "restored", _("Restored")
    CANCELLED = "cancelled", _("Cancelled")


_S = OutageState
#: While the power is off.
IS_OFF: Final = (_S.OFF, _S.LOCATED, _S.CREW, _S.REPAIRING)
ENDED: Final = (_S.RESTORED, _S.CANCELLED)


NOT_CORRECTED: Final = Guard(
    lambda outage: outage.corrected_at is None,
    _("The times of this outage were corrected already; both are published."),
)


IN_PARTS: Final = Guard(
    lambda outage: outage.is_off_in_several,
    _("What is still off is one line or transformer, or counted by hand: say that power is back."),
)


LOCATED: Final = Act(
    _("Fault located"),
    "outage.located",
    body=FaultLocating,
    stamps=["located_at"],
    **OPERATOR,
)


class OutageMachine:
    kind: str
    cause: str
    section: str
    expected_at: datetime | None
    corrected_started_at: datetime | None
    corrected_restored_at: datetime | None
    ending: str
    correction: str
    crew: "RepairCrew | None"

    @act(
        _S.NEW, _S.ANNOUNCED,
        Act(_("Announce an outage"), "outage.announced", body=NewOutage, stamps=["announced_at"],
            here=False, **OPERATOR),
    )  # fmt: skip
    def announce(self) -> None:
        """With its plan, which is data; the announcement is of the instant of its entry."""

    @act(
        _S.NEW, _S.OFF,
        Act(_("Report that power is off"), "outage.reported", body=NewOutage,
            stamps=["announced_at", "started_at"], here=False, **OPERATOR),
    )  # fmt: skip
    def report(self) -> None:
        """What nobody planned has begun: by the record, at the instant of this entry."""

    @act(
        _S.ANNOUNCED, None,
        Act(_("Change the plan"), "outage.changed", body=PlanChange, stamps=["changed_at"],
            **OPERATOR),
    )  # fmt: skip
    def change(self) -> None:
        """A plan moved is announced anew: the notice is counted from here."""

    @act(
        _S.ANNOUNCED, _S.CANCELLED,
        Act(_("Cancel the outage"), "outage.cancelled", body=OutageCancelling,
            stamps=["ended_at"], **OPERATOR),
    )  # fmt: skip
    def cancel(self, *, reason: str) -> None:
        self.ending = reason

    @act(
        _S.ANNOUNCED, _S.OFF,
        Act(_("Power is off"), "outage.started", stamps=["started_at"], ahead=True,
            **OPERATOR),
    )  # fmt: skip
    def start(self) -> None:
        """The power went off at the instant of this entry."""

    @act((_S.CREW, _S.REPAIRING), None, LOCATED)
    @act(_S.OFF, _S.LOCATED, LOCATED)
    def locate(self, *, section: str, cause: str) -> None:
        """Where a crew is on its way or at work, it goes on."""
        self.section, self.cause = section, cause or self.cause

    @act(
        (_S.OFF, _S.LOCATED), _S.CREW,
        Act(_("Crew sent"), "outage.crew_sent", body=CrewSending, stamps=["crew_at"],
            **OPERATOR),
    )  # fmt: skip
    def send_crew(self, *, crew: "RepairCrew | None") -> None:
        """It is on its way."""
        self.crew = crew

    @act(
        (_S.OFF, _S.LOCATED, _S.CREW), _S.REPAIRING,
        Act(_("Repair has begun"), "outage.repair_begun", stamps=["repairing_at"],
            **OPERATOR),
    )  # fmt: skip
    def repair(self) -> None:
        """The crew is there and works."""

    @act(
        IS_OFF, None,
        Act(_("Say when power is expected back"), "outage.estimated", body=OutageEstimate,
            stamps=["estimated_at"], **OPERATOR),
    )  # fmt: skip
    def estimate(self, *, expected_at: datetime) -> None:
        """Kept with the instant at which it was estimated."""
        self.expected_at = expected_at

    @act(
        IS_OFF, None,
        Act(_("Power is back in part"), "outage.part_restored", body=PartRestoring,
            stamps=["part_restored_at"], guards=[IN_PARTS], **OPERATOR),
    )  # fmt: skip
    def restore_part(self) -> None:
        """For some of those that were without it, at the instant of this entry."""

    @act(
        IS_OFF, _S.RESTORED,
        Act(_("Power is back"), "outage.restored", stamps=["restored_at", "ended_at"],
            ahead=True, **OPERATOR),
    )  # fmt: skip
    def restore(self) -> None:
        """The power came back at the instant of this entry, for all that were still without it."""

    @act(
        _S.RESTORED, None,
        Act(_("Correct the times"), "outage.corrected", body=TimesCorrection,
            stamps=["corrected_at"],
            guards=[NOT_CORRECTED], **OPERATOR),
    )  # fmt: skip
    def correct(self, *, started_at: datetime, restored_at: datetime, reason: str) -> None:
        """Where the entries came later than the power: both are kept and published."""
        self.corrected_started_at, self.corrected_restored_at = started_at, restored_at
        self.correction = reason
