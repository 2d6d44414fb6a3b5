"""What pages show of complaints about interruptions, in statements that do not grow with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from core.clock import city_now, local_date
from core.templatetags.city import due_day, instant, working_days
from deadlines.timeleft import TimeLeft
from documents.queries import about as documents_about
from ledger.queries import timeline
from oversight.interruptions.models import InterruptionComplaint
from oversight.interruptions.queries import CLOCKED, READERS
from oversight.interruptions.workflow import InterruptionState
from oversight.models import RectificationOrder
from oversight.permissions import may_see, watches
from rules.city import city
from rules.registry import current
from workflow.machine import state_words
from workflow.pages import steps_table

TONES: Final = {
    InterruptionState.OPEN: "primary",
    InterruptionState.UPHELD: "success",
    InterruptionState.ORDERED: "success",
    InterruptionState.DISMISSED: "",
    InterruptionState.WITHDRAWN: "",
}
Tags = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Row:
    pk: int
    number: str
    enterprise: str
    tags: Tags
    place: str
    began_at: datetime
    since: datetime
    left: TimeLeft
    word: str


def rows_of(found: Sequence[InterruptionComplaint]) -> list[Row]:
    """Two statements however many there are."""
    left = CLOCKED.left_of(found)
    return [
        Row(
            pk=each.pk,
            number=each.number,
            enterprise=each.enterprise,
            tags=tags_of(each, left[each.ref]),
            place=district_of(each),
            began_at=each.began_at,
            since=each.made_at,
            left=left[each.ref],
            word=left_words(each, left[each.ref]),
        )
        for each in found
    ]


def district_of(complaint: InterruptionComplaint) -> str:
    return str(city().district(complaint.district).name)


def left_words(complaint: InterruptionComplaint, left: TimeLeft) -> str:
    if not left.ended:
        return left.word
    if complaint.state == InterruptionState.WITHDRAWN:
        return state_words(complaint)
    return _("decided, was late") if left.late else _("decided by its day")


def tags_of(complaint: InterruptionComplaint, left: TimeLeft) -> Tags:
    tags = [{"text": state_words(complaint), "tone": TONES[InterruptionState(complaint.state)]}]
    if is_urgent(complaint):
        tags.insert(0, {"text": _("Power still off"), "tone": "danger"})
    if left.late:
        tags.append({"text": _("Late"), "tone": "danger"})
    return tags


def is_urgent(complaint: InterruptionComplaint) -> bool:
    return complaint.state == InterruptionState.OPEN and not complaint.power_on


def one_context(complaint: InterruptionComplaint, user: User) -> dict[str, Any]:
    """Everything about one; what people wrote stays in the row, since what a template is given may
    be logged."""
    left, clock = CLOCKED.explained(complaint)
    return {
        "complaint": complaint,
        "title": _("Complaint about an interruption"),
        "tags": tags_of(complaint, left),
        "sentence": sentence(complaint, left),
        "facts": facts_of(complaint),
        "files": documents_about(complaint.word, complaint.pk).filter(erased_at=None),
        "staff": user.role_in(*READERS, district=complaint.district) is not None,
        "order": order_context(complaint, user),
        "clock": clock,
        "events": steps_table(timeline(complaint.ref)),
    }


def facts_of(complaint: InterruptionComplaint) -> list[dict[str, Any]]:
    """Names and addresses are drawn from the row."""
    power = _("still off") if complaint.restored_at is None else instant(complaint.restored_at)
    rows = [
        (_("District"), district_of(complaint)),
        (_("Cut since"), instant(complaint.began_at)),
        (_("Back since"), power),
        (_("Number of the outage"), complaint.outage),
        (_("Complained on"), instant(complaint.made_at)),
        (_("Ended on"), instant(complaint.ended_at)),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def order_of(complaint: InterruptionComplaint) -> RectificationOrder | None:
    if complaint.order_ref is None:
        return None
    return RectificationOrder.objects.get(ref=complaint.order_ref)


def order_context(complaint: InterruptionComplaint, user: User) -> dict[str, Any] | None:
    """The order that it led to: its number and state for everybody who reads the complaint, its
    page for whoever reads orders."""
    order = order_of(complaint)
    if order is None:
        return None
    page = "oversight-orders:order" if watches(user, order) else "orders:order"
    return {
        "number": order.number,
        "state": state_words(order),
        "url": reverse(page, args=[order.number]) if may_see(user, order) else "",
    }


def sentence(complaint: InterruptionComplaint, left: TimeLeft) -> str:
    """By when it is decided, or what it came to."""
    if complaint.ended_at:
        return _outcome(complaint) % {"at": instant(complaint.ended_at)}
    if left.due_on is None:
        return _("The regulator decides.")
    values = {"day": due_day(left.due_on)}
    if left.late:
        return _("The regulator was to decide %(day)s: it is late.") % values
    return _("The regulator decides %(day)s.") % values


def _outcome(complaint: InterruptionComplaint) -> str:
    return {
        InterruptionState.UPHELD: _("Upheld on %(at)s: the supply was interrupted wrongly."),
        InterruptionState.ORDERED: _(
            "Upheld on %(at)s: the supply was interrupted wrongly. The supply company was ordered "
            "to put it right."
        ),
        InterruptionState.DISMISSED: _("Dismissed on %(at)s."),
        InterruptionState.WITHDRAWN: _("Withdrawn on %(at)s."),
    }[InterruptionState(complaint.state)]


def by_when() -> str:
    """By when a complaint is decided; which district's rules count is not known before it is
    made."""
    limit = current().in_force(on=local_date(city_now())).interruption_limit()
    if limit is None:
        return _("The regulator decides.")
    return _("The regulator decides within %(days)s.") % {"days": working_days(limit.days)}


def own_rows(found: Iterable[InterruptionComplaint]) -> list[dict[str, Any]]:
    """For whoever complained."""
    return [
        {
            "url": reverse("own-interruptions:one", args=[one.pk]),
            "number": one.number,
            "text": state_words(one),
            "at": one.made_at,
        }
        for one in found
    ]
