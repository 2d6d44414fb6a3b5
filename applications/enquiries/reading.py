"""What pages show of enquiries, in statements that do not grow with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.models import User
from applications.enquiries.models import Enquiry
from applications.enquiries.queries import clocks_of
from applications.enquiries.workflow import EnquiryState
from applications.erasure import is_erased
from applications.models import Application
from applications.who import as_applicant
from applications.wording import kind_words, place_words
from core.clock import city_now
from core.templatetags.city import due_day, instant, working_days
from deadlines.explain import explain
from deadlines.timeleft import TimeLeft, times_of
from rules.registry import current
from workflow.machine import state_words

TONES: Final = {EnquiryState.OPEN: "primary", EnquiryState.ANSWERED: "success"}


@dataclass(frozen=True, slots=True)
class Row:
    pk: int
    number: str
    kind: str
    place: str
    since: datetime
    left: TimeLeft
    word: str


def rows_of(found: Sequence[Enquiry]) -> list[Row]:
    """Two statements however many there are."""
    left = times_of(clocks_of(found).values(), city_now())
    return [
        Row(
            pk=each.pk,
            number=each.application.number,
            kind=kind_words(each.application.kind),
            place=place_words(each.application),
            since=each.asked_at,
            left=left[each.ref],
            word=left_words(left[each.ref]),
        )
        for each in found
    ]


def left_words(left: TimeLeft) -> str:
    if not left.ended:
        return left.word
    return _("answered, was late") if left.late else _("answered by its day")


def one_context(enquiry: Enquiry) -> dict[str, Any]:
    """Everything about one; what people wrote stays in the row, since what a template is given may
    be logged."""
    clock, case, now = clocks_of([enquiry])[enquiry.ref], enquiry.application, city_now()
    left, explained = times_of([clock], now)[enquiry.ref], explain(clock, now)
    tags = [{"text": state_words(enquiry), "tone": TONES[EnquiryState(enquiry.state)]}]
    if left.late:
        tags.append({"text": _("Late"), "tone": "danger"})
    return {
        "enquiry": enquiry,
        "case": case,
        "tags": tags,
        "sentence": promise(enquiry, left),
        "facts": [
            {"key": _("Asked on"), "value": instant(enquiry.asked_at)},
            {"key": _("Kind"), "value": kind_words(case.kind)},
            {"key": _("Place"), "value": place_words(case)},
        ],
        "clock": {
            "title": _("How this is counted: %(name)s") % {"name": explained.name},
            "lines": [{"kind": line.kind, "text": line.text} for line in explained.lines],
        },
    }


def promise(enquiry: Enquiry, left: TimeLeft) -> str:
    """By when it is answered, or when it was."""
    if enquiry.answered_at:
        return _("Answered on %(at)s.") % {"at": instant(enquiry.answered_at)}
    values = {"day": due_day(left.due_on)}
    if left.late:
        return _("It was to be answered %(day)s: it is late, and the regulator sees that.") % values
    if left.due_on is None:
        return _("The supply company answers.")
    return _("The supply company answers %(day)s.") % values


def about(case: Application) -> list[dict[str, Any]]:
    """The questions about a case, the newest first, for its pages; two statements."""
    found = list(case.enquiries.order_by("-id"))
    left = times_of(clocks_of(found).values(), city_now()) if found else {}
    return [{"enquiry": one, "sentence": promise(one, left[one.ref])} for one in found]


def asking_words(case: Application, user: User) -> str:
    """By when a question is answered, for whoever may ask one; empty for everybody else."""
    if case.draft or as_applicant(case, user) is None or is_erased(case):
        return ""
    limit = case.in_force(current(), city_now()).enquiry_limit()
    if limit is None:
        return _("The supply company answers.")
    values = {"days": working_days(limit.days)}
    return _("The supply company answers within %(days)s.") % values
