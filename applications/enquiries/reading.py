"""What pages show of enquiries, in statements that do not grow with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.models import User
from applications.enquiries.models import Enquiry
from applications.enquiries.queries import CLOCKED
from applications.enquiries.workflow import EnquiryState
from applications.erasure import is_erased
from applications.models import Application
from applications.who import as_applicant
from applications.wording import kind_words, place_words
from core.clock import city_now, local_date
from core.templatetags.city import due_day, instant, working_days
from deadlines.timeleft import TimeLeft
from rules.city import city
from rules.policy import Policy
from rules.registry import current
from workflow.machine import state_words

TONES: Final = {EnquiryState.OPEN: "primary", EnquiryState.ANSWERED: "success"}


@dataclass(frozen=True, slots=True)
class Row:
    pk: int
    number: str
    about: str
    place: str
    since: datetime
    left: TimeLeft
    word: str


def rows_of(found: Sequence[Enquiry]) -> list[Row]:
    """Two statements however many there are."""
    left = CLOCKED.left_of(found)
    return [
        Row(
            pk=each.pk,
            number=each.number,
            about=about_words(each),
            place=where_words(each),
            since=each.asked_at,
            left=left[each.ref],
            word=left_words(left[each.ref]),
        )
        for each in found
    ]


def about_words(enquiry: Enquiry) -> str:
    """The kind of its case, or its topic."""
    case = enquiry.application
    return str(enquiry.get_topic_display()) if case is None else kind_words(case.kind)


def where_words(enquiry: Enquiry) -> str:
    case = enquiry.application
    return str(city().district(enquiry.district).name) if case is None else place_words(case)


def left_words(left: TimeLeft) -> str:
    if not left.ended:
        return left.word
    return _("answered, was late") if left.late else _("answered by its day")


def one_context(enquiry: Enquiry) -> dict[str, Any]:
    """Everything about one; what people wrote stays in the row, since what a template is given may
    be logged."""
    left, clock = CLOCKED.explained(enquiry)
    tags = [{"text": state_words(enquiry), "tone": TONES[EnquiryState(enquiry.state)]}]
    if left.late:
        tags.append({"text": _("Late"), "tone": "danger"})
    facts = [{"key": _("Asked on"), "value": instant(enquiry.asked_at)}]
    if enquiry.application is None:
        title = about_words(enquiry)
        facts.append({"key": _("District"), "value": where_words(enquiry)})
    else:
        title = _("Question about a case")
        facts.append({"key": _("Kind"), "value": about_words(enquiry)})
        facts.append({"key": _("Place"), "value": where_words(enquiry)})
    return {
        "enquiry": enquiry,
        "title": title,
        "tags": tags,
        "sentence": promise(enquiry, left),
        "facts": facts,
        "clock": clock,
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


def rows_with_words(found: Sequence[Enquiry]) -> list[dict[str, Any]]:
    """Questions with how they stand, for `enquiries/_rows.html`; two statements."""
    left = CLOCKED.left_of(found)
    return [{"enquiry": one, "sentence": promise(one, left[one.ref])} for one in found]


def about(case: Application) -> list[dict[str, Any]]:
    """The questions about a case, the newest first, for its pages; two statements."""
    return rows_with_words(list(case.enquiries.order_by("-id")))


def asking_words(case: Application, user: User) -> str:
    """By when a question is answered, for whoever may ask one; empty for everybody else."""
    if case.draft or as_applicant(case, user) is None or is_erased(case):
        return ""
    return within_words(case.in_force(current(), city_now()))


def general_words() -> str:
    """By when a question without a case is answered; which district's rules count is not known
    before it is asked."""
    return within_words(current().in_force(on=local_date(city_now())))


def within_words(policy: Policy) -> str:
    limit = policy.enquiry_limit()
    if limit is None:
        return _("The supply company answers.")
    values = {"days": working_days(limit.days)}
    return _("The supply company answers within %(days)s.") % values
