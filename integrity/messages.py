"""Who is told: the leads who answer for a signal, and the regulator when they have explained."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.queries import holders
from accounts.roles import Role
from core.events import Event, declare
from core.events import Message as Wording
from integrity.models import Signal
from integrity.states import OPENED, STEP_TYPES
from notifications import outbox
from notifications.texts import Context, register_link
from rectification.addressees import Addressee

#: The same signal has one page for those who answer for it and one for the regulator.
SUBJECT, WATCHED = "signal", "signal_watched"

WORDINGS: Final = {
    OPENED: Wording(
        _("Signal %(number)s: please explain"),
        _(
            "The record shows what may be work outside the system. Look at the entries behind it "
            "and say how it came about."
        ),
    ),
    STEP_TYPES["explain"]: Wording(
        _("Signal %(number)s was explained"),
        _("Read the explanation, then accept it or confirm the signal."),
    ),
    STEP_TYPES["accept"]: Wording(
        _("Signal %(number)s: the explanation was accepted"),
        _("Nothing more is asked of you."),
    ),
    STEP_TYPES["confirm"]: Wording(
        _("Signal %(number)s was confirmed"),
        _("The signal's page shows why. An order to put it right may follow."),
    ),
}


def opened(signals: Sequence[Signal]) -> None:
    """Tell the leads of the addressees of new signals."""
    leads: dict[Addressee, list[int]] = {}
    for signal in signals:
        addressee = Addressee(signal.party, signal.district)
        if addressee not in leads:
            leads[addressee] = addressee.leads()
        _put(signal, OPENED, SUBJECT, leads[addressee])


def tell(signal: Signal, action: str) -> None:
    """Leave a message about a step: the explanation for the regulator, the rest for the leads."""
    kind = STEP_TYPES[action]
    if kind not in WORDINGS:
        return
    if action == "explain":
        _put(signal, kind, WATCHED, holders(Role.REGULATOR, district=signal.district))
    else:
        _put(signal, kind, SUBJECT, Addressee(signal.party, signal.district).leads())


def _put(signal: Signal, kind: str, subject: str, people: Iterable[int]) -> None:
    outbox.put(
        kind=kind,
        subject_kind=subject,
        subject_id=signal.pk,
        case_ref=signal.ref,
        version=signal.version,
        recipients=people,
        context={"number": signal.number},
    )


def wire() -> None:
    """Say what messages about signals say, and where they lead."""
    for kind, wording in WORDINGS.items():
        declare([Event(kind, wording.title, receipt=False, message=wording)])
    register_link(SUBJECT, partial(_link, "signals:signal"))
    register_link(WATCHED, partial(_link, "oversight-signals:signal"))


def _link(name: str, _subject_id: int, context: Context) -> str:
    return reverse(name, args=[context["number"]])
