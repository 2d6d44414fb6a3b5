"""What pages show of complaints about charges, in statements that do not grow with them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import COMPANY, SUPERVISORS
from applications.models import Application
from applications.who import as_reader
from applications.wording import place_words
from core.clock import city_now
from core.templatetags.city import due_day, instant, money, working_days
from deadlines.timeleft import TimeLeft
from ledger.queries import timeline
from money.charges.models import Charge
from money.charges.workflow import ChargeState
from money.complaints.models import Complaint
from money.complaints.queries import CLOCKED, every
from money.complaints.workflow import ComplaintState
from rules.registry import current
from workflow.machine import state_words
from workflow.pages import steps_table

OWN_PAGES: Final = "own-complaints"
COMPANY_PAGES: Final = "complaints"
WATCHED_PAGES: Final = "oversight-complaints"
TONES: Final = {
    ComplaintState.OPEN: "primary",
    ComplaintState.UPHELD: "success",
    ComplaintState.DISMISSED: "",
    ComplaintState.WITHDRAWN: "",
}
Tags = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Row:
    pk: int
    number: str
    item: str
    amount: str
    payee: str
    affiliated: str
    ground: str
    place: str
    since: datetime
    left: TimeLeft
    word: str


@dataclass(frozen=True, slots=True)
class Line:
    """A complaint where its charge stands."""

    complaint: Complaint
    tags: Tags
    sentence: str


def rows_of(found: Sequence[Complaint]) -> list[Row]:
    """Two statements however many there are."""
    left = CLOCKED.left_of(found)
    return [
        Row(
            pk=each.pk,
            number=each.application.number,
            item=each.charge.fee_item.item,
            amount=money(each.charge.amount_yuan),
            payee=each.charge.payee,
            affiliated=each.charge.affiliate_words,
            ground=str(each.get_ground_display()),
            place=place_words(each.application),
            since=each.made_at,
            left=left[each.ref],
            word=left_words(each, left[each.ref]),
        )
        for each in found
    ]


def left_words(complaint: Complaint, left: TimeLeft) -> str:
    if not left.ended:
        return left.word
    if complaint.state == ComplaintState.WITHDRAWN:
        return state_words(complaint)
    return _("decided, was late") if left.late else _("decided by its day")


def tags_of(complaint: Complaint, left: TimeLeft) -> Tags:
    tags = [{"text": state_words(complaint), "tone": TONES[ComplaintState(complaint.state)]}]
    if left.late:
        tags.append({"text": _("Late"), "tone": "danger"})
    return tags


def one_context(complaint: Complaint) -> dict[str, Any]:
    """Everything about one; what people wrote stays in the row, since what a template is given may
    be logged."""
    left, clock = CLOCKED.explained(complaint)
    charge = complaint.charge
    tags = tags_of(complaint, left)
    if charge.payee_affiliated:
        tags.append({"text": _("Paid to an affiliate"), "tone": "warning"})
    return {
        "complaint": complaint,
        "title": _("Complaint about a charge"),
        "tags": tags,
        "sentence": sentence(complaint, left),
        "facts": facts_of(complaint),
        "clock": clock,
        "events": steps_table(timeline(complaint.ref)),
    }


def facts_of(complaint: Complaint) -> list[dict[str, Any]]:
    charge = complaint.charge
    return [
        {"key": _("Ground"), "value": complaint.get_ground_display()},
        *charge_facts(charge),
        {"key": _("Complained on"), "value": instant(complaint.made_at)},
    ]


def charge_facts(charge: Charge) -> list[dict[str, Any]]:
    """Which charge it is, for whoever complains of it and whoever decides."""
    paid = [charge.payee, charge.affiliate_words]
    return [
        {"key": _("Item of the catalogue"), "value": charge.fee_item.words},
        {"key": _("Amount"), "value": money(charge.amount_yuan)},
        {"key": _("Legal basis"), "value": charge.fee_item.legal_basis},
        {"key": _("Who is paid"), "lines": list(filter(None, paid))},
    ]


def sentence(complaint: Complaint, left: TimeLeft) -> str:
    """By when it is decided, or what it came to."""
    if complaint.ended_at:
        return outcome(complaint) % {"at": instant(complaint.ended_at)}
    if left.due_on is None:
        return _("The regulator decides. Until then the charge is not due. The case loses no time.")
    if left.late:
        text = _(
            "The regulator was to decide %(day)s: it is late. Until it is decided the charge is "
            "not due. The case loses no time."
        )
    else:
        text = _(
            "The regulator decides %(day)s. Until then the charge is not due. The case loses no "
            "time."
        )
    return text % {"day": due_day(left.due_on)}


def outcome(complaint: Complaint) -> str:
    """Of one that has ended, on the day of `%(at)s`."""
    if complaint.state == ComplaintState.UPHELD:
        if complaint.charge.paid_at:
            return _("Upheld on %(at)s: what was paid is refunded.")
        return _("Upheld on %(at)s: the charge is taken back.")
    dismissed = complaint.state == ComplaintState.DISMISSED
    if complaint.charge.state == ChargeState.WITHDRAWN:
        return _("Dismissed on %(at)s.") if dismissed else _("Withdrawn on %(at)s.")
    if dismissed:
        return _("Dismissed on %(at)s: the charge stands.")
    return _("Withdrawn on %(at)s: the charge stands.")


def by_when(case: Application) -> str:
    """By when a complaint is decided, for whoever may make one."""
    limit = case.in_force(current(), city_now()).complaint_limit()
    if limit is None:
        return _("The regulator decides.")
    return _("The regulator decides within %(days)s.") % {"days": working_days(limit.days)}


def about(case: Application) -> Mapping[int, list[Line]]:
    """The complaints about the charges of a case, by charge, the newest first; two statements, one
    where there is none."""
    found = list(every().filter(application=case).order_by("-id"))
    left = CLOCKED.left_of(found)
    lines: dict[int, list[Line]] = defaultdict(list)
    for each in found:
        one = left[each.ref]
        lines[each.charge_id].append(Line(each, tags_of(each, one), sentence(each, one)))
    return lines


def pages_for(case: Application, user: User) -> str:
    """Under which pages somebody opens the complaints of a case; empty: under none."""
    if as_reader(case, user) is not None:
        return OWN_PAGES
    if user.role_in(*COMPANY, district=case.district) is not None:
        return COMPANY_PAGES
    watches = user.role_in(*SUPERVISORS, district=case.district) is not None
    return WATCHED_PAGES if watches else ""
