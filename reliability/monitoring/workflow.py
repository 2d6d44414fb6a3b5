"""The machine of a suggested fault: every legal move is a transition here, and only here."""

from typing import TYPE_CHECKING, Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reliability.monitoring.bodies import OutageJoining, Reporting, SettingAside
from reliability.who import OPERATOR
from workflow.machine import Act, act, set_all

if TYPE_CHECKING:
    from reliability.outages.models import Outage


class SuggestionState(TextChoices):
    NEW = "new", pgettext_lazy("suggestion", "To be suggested")
    WAITING = "waiting", pgettext_lazy("suggestion", "Waits for a decision")
    REPORTED = "reported", pgettext_lazy("suggestion", "Reported as an outage")
    JOINED = "joined", pgettext_lazy("suggestion", "Part of an outage")
    ASIDE = "aside", pgettext_lazy("suggestion", "Set aside")
    MERGED = "merged", pgettext_lazy("suggestion", "Part of another suggestion")


_S = SuggestionState
#: Of what is there: nothing waits to be suggested.
STATES: Final = [each for each in SuggestionState.choices if each[0] != _S.NEW]


class SuggestionMachine:
    outage: "Outage | None"

    @act(
        _S.NEW, _S.WAITING,
        Act("", "fault.suggested", stamps=["suggested_at"], here=False),
    )  # fmt: skip
    def suggest(self, **said: Any) -> None:
        """By the first event of it that came."""
        set_all(self, said)

    @act(
        _S.WAITING, _S.REPORTED,
        Act(_("Report the outage"), "fault.reported", body=Reporting, stamps=["ended_at"],
            here=False, ahead=True, **OPERATOR),
    )  # fmt: skip
    def report(self, *, outage: "Outage") -> None:
        """With the entry of the outage that is made of it (`reliability.outages.actions.enter`)."""
        self.outage = outage

    @act(
        _S.WAITING, _S.JOINED,
        Act(_("Join it to an outage"), "fault.joined", body=OutageJoining, stamps=["ended_at"],
            **OPERATOR),
    )  # fmt: skip
    def join(self, *, outage: "Outage") -> None:
        self.outage = outage

    @act(
        _S.WAITING, _S.JOINED,
        Act("", "fault.known", stamps=["ended_at"], here=False),
    )  # fmt: skip
    def link(self, *, outage: "Outage") -> None:
        """All of it lies in an outage by now."""
        self.outage = outage

    @act(
        _S.WAITING, _S.MERGED,
        Act("", "fault.merged", stamps=["ended_at"], here=False),
    )  # fmt: skip
    def merge(self, **said: Any) -> None:
        """An event shows that it is the same fault as an older one."""
        set_all(self, said)

    @act(
        _S.WAITING, _S.ASIDE,
        Act(_("Set it aside"), "fault.set_aside", body=SettingAside, stamps=["ended_at"],
            **OPERATOR),
    )  # fmt: skip
    def set_aside(self, **said: Any) -> None:
        """It is no outage."""
        set_all(self, said)
