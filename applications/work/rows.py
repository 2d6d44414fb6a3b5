"""The rows of the work list: what is asked, where, since when, of whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from applications.actions import CASES
from applications.models import Application
from applications.wording import kind_words, place_words, state_words
from applications.workflow import ENDED, Holder, State
from deadlines.timeleft import TimeLeft, times_left

#: Possible beside the way of a case; a row shows the step that takes it on.
BESIDE = frozenset({"request_supplement", "withdraw", "rate"})


@dataclass(frozen=True, slots=True)
class Row:
    """One case in the list."""

    number: str
    kind: str
    asked: str
    place: str
    holder: str
    since: datetime | None
    left: TimeLeft


def rows_of(cases: Sequence[Application], now: datetime) -> list[Row]:
    """Return the rows of a page of cases; two statements however many there are."""
    left = times_left([case.ref for case in cases], now)
    return [
        Row(
            number=case.number,
            kind=kind_words(case.kind),
            asked=asked_of(case),
            place=place_words(case),
            holder=case.holder,
            since=case.held_since if case.holder else case.ended_at,
            left=left[case.ref],
        )
        for case in cases
    ]


def asked_of(case: Application) -> str:
    """Return the one step that takes a case on from where it stands, in the words of its button."""
    if case.state in ENDED:
        return state_words(case)
    if case.state == State.PERMITS:
        if case.holder == Holder.GOVERNMENT:
            return _("Bureaus decide the permits")
        return _("Commit, or supply what a bureau asked for")
    for name, said in CASES.acts(case).items():
        if name not in BESIDE and CASES.why_not(case, name) is None:
            return str(said.label)
    return state_words(case)
