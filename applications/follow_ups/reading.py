"""What the pages of follow-ups show, in statements that do not grow with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from applications.follow_ups.models import FollowUp
from applications.follow_ups.queries import CLOCKED
from applications.follow_ups.workflow import FollowUpState
from applications.models import Application
from applications.serializers import ACCEPTANCE, END
from applications.wording import RATINGS, kind_words, place_words
from core.problems import Text
from core.templatetags.city import due_day, instant, working_days
from deadlines.timeleft import TimeLeft
from ledger.queries import timeline
from workflow.machine import state_words, turn_of
from workflow.pages import steps_table

#: What was rated.
STAGES: Final[dict[str, Text]] = {
    ACCEPTANCE: gettext_lazy("How the application was accepted"),
    END: gettext_lazy("The whole service"),
}
TONES: Final = {FollowUpState.OPEN: "primary", FollowUpState.CLOSED: "success"}


@dataclass(frozen=True, slots=True)
class Row:
    pk: int
    number: str
    kind: str
    place: str
    level: str
    stage: str
    since: datetime
    left: TimeLeft
    word: str


def rows_of(found: Sequence[FollowUp]) -> list[Row]:
    """Two statements however many there are."""
    left = CLOCKED.left_of(found)
    return [
        Row(
            pk=each.pk,
            number=each.application.number,
            kind=kind_words(each.application.kind),
            place=place_words(each.application),
            level=level_words(each),
            stage=str(STAGES[each.stage]),
            since=each.opened_at,
            left=left[each.ref],
            word=left_words(left[each.ref]),
        )
        for each in found
    ]


def level_words(follow_up: FollowUp) -> str:
    return str(RATINGS[follow_up.level]) if follow_up.level else ""


def left_words(left: TimeLeft) -> str:
    if not left.ended:
        return left.word
    return _("closed, was late") if left.late else _("closed in time")


def one_context(follow_up: FollowUp, user: User) -> dict[str, Any]:
    """Everything about one, for those who read how the case was rated; the words of people stay in
    the row, since what a template is given may be logged."""
    case = follow_up.application
    left, clock = CLOCKED.explained(follow_up)
    tags = [{"text": state_words(follow_up), "tone": TONES[FollowUpState(follow_up.state)]}]
    if left.late:
        tags.append({"text": _("Late"), "tone": "danger"})
    return {
        "follow_up": follow_up,
        "case": case,
        "title": level_words(follow_up),
        "tags": tags,
        "sentence": sentence(follow_up, left, mine=bool(turn_of(FollowUp, follow_up, user))),
        "facts": [
            {"key": _("What was rated"), "value": str(STAGES[follow_up.stage])},
            {"key": _("Rated on"), "value": instant(follow_up.opened_at)},
            {"key": _("Kind"), "value": kind_words(case.kind)},
            {"key": _("Place"), "value": place_words(case)},
        ],
        "attempts": follow_up.attempts.order_by("seq"),
        "clock": clock,
        "events": steps_table(timeline(follow_up.ref)),
    }


def sentence(follow_up: FollowUp, left: TimeLeft, *, mine: bool) -> str:
    """`mine`: it is the reader's turn."""
    if follow_up.closed_at:
        at = {"at": instant(follow_up.closed_at)}
        return _("The applicant was spoken to and the follow-up closed on %(at)s.") % at
    values = {
        "left": working_days(left.left), "day": due_day(left.due_on), "word": left.word,
    }  # fmt: skip
    if left.late:
        text = _("The lead was to put this right and speak to the applicant %(day)s: %(word)s.")
        if mine:
            text = _(
                "Please put this right and speak to the applicant; it was to be done %(day)s: "
                "%(word)s."
            )
        return text % values
    text = _("The lead puts this right and speaks to the applicant: %(left)s left, %(day)s.")
    if mine:
        text = _("Please put this right and speak to the applicant: %(left)s left, %(day)s.")
    return text % values


def of_applicant(case: Application) -> list[dict[str, Any]]:
    """What whoever gave a low rating reads of its follow-up on the page of the case."""
    if case.acceptance_rating is None and case.rating is None:
        return []
    found = list(case.follow_ups.select_related("application").order_by("id"))
    left = CLOCKED.left_of(found)
    return [
        {
            "stage": STAGES[each.stage],
            "sentence": promise(each, left[each.ref]),
            "follow_up": each,
        }
        for each in found
    ]


def promise(follow_up: FollowUp, left: TimeLeft) -> str:
    """What the applicant can expect."""
    if follow_up.closed_at:
        return _("The supply company has written down how this was followed up.")
    values = {"day": due_day(left.due_on)}
    if left.late:
        text = _(
            "Somebody of the supply company was to put this right and call you %(day)s. It is "
            "late, and the regulator sees that."
        )
    else:
        text = _(
            "You were not satisfied. Somebody of the supply company who took no part in your case "
            "puts it right and calls you %(day)s."
        )
    return text % values
