"""What pages show of reports, in statements that do not grow with them. Who reported is in none of
it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.models import User
from core.clock import city_now, local_date
from core.templatetags.city import due_day, instant, money, working_days
from deadlines.timeleft import TimeLeft
from documents.queries import about
from ledger.queries import timeline
from reliability.reports.kinds import Outcome, ReportKind, office_words
from reliability.reports.known import Known, known_of
from reliability.reports.models import Report
from reliability.reports.queries import CLOCKED, alike
from reliability.reports.workflow import UNANSWERED, ReportState, worker
from rules.city import city
from rules.registry import current
from workflow.machine import state_words
from workflow.pages import steps_table

TONES: Final = {
    ReportState.OPEN: "primary",
    ReportState.TAKEN_ON: "warning",
    ReportState.CLOSED: "success",
}
Tags = list[dict[str, str]]
Facts = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Row:
    pk: int
    number: str
    kind: str
    place: str
    office: str
    outage: str
    since: datetime
    left: TimeLeft
    word: str


def rows_of(found: Sequence[Report]) -> list[Row]:
    """Two statements however many there are."""
    left = CLOCKED.left_of(found)
    return [
        Row(
            pk=each.pk,
            number=each.number,
            kind=str(each.get_kind_display()),
            place=street_words(each),
            office=office_words(each.office),
            outage=each.outage.number if each.outage else "",
            since=each.reported_at,
            left=left[each.ref],
            word=left_words(each, left[each.ref]),
        )
        for each in found
    ]


def left_words(report: Report, left: TimeLeft) -> str:
    if not left.ended:
        return left.word
    if report.outcome == Outcome.JOINED:
        return str(Outcome.JOINED.label)
    return _("answered, was late") if left.late else _("answered by its day")


def street_words(report: Report) -> str:
    """District and street: where it is for whoever need not go there."""
    return street_in_words(report.district, report.street)


def street_in_words(district: str, street: str) -> str:
    name = str(city().district(district).name)
    values = {"district": name, "street": street}
    return _("%(district)s, %(street)s") % values if street else name


def reads_place(report: Report, user: User) -> bool:
    """Power is out at the home of whoever reports it: others than its office read the street."""
    return report.kind != ReportKind.POWER_OUT or worker(report, user) is not None


def tags_of(report: Report, left: TimeLeft) -> Tags:
    tags = [{"text": state_words(report), "tone": TONES[ReportState(report.state)]}]
    if report.outcome:
        tags.append({"text": str(report.get_outcome_display()), "tone": ""})
    if left.late:
        tags.append({"text": _("Late"), "tone": "danger"})
    return tags


def sentence(report: Report, left: TimeLeft) -> str:
    """Whose turn it is and by when, or what it came to."""
    head = report.head
    if head.closed_at:
        return _("Answered on %(at)s.") % {"at": instant(head.closed_at)}
    if report.joined_to is not None:
        return _("It is answered together with report %(number)s.") % {"number": head.number}
    values = {"office": office_words(report.office), "day": due_day(left.due_on)}
    if left.due_on is None:
        return _("%(office)s: looks into it.") % values
    if left.late:
        return _("%(office)s: was to answer %(day)s. It is late.") % values
    return _("%(office)s: answers %(day)s.") % values


def desk_context(report: Report, user: User) -> dict[str, Any]:
    """Everything about one for a desk; what people wrote stays in the row, since what a template is
    given may be logged."""
    left, clock = CLOCKED.explained(report)
    works = worker(report, user) is not None
    return {
        "report": report,
        "title": str(report.get_kind_display()),
        "tags": tags_of(report, left),
        "sentence": sentence(report, left),
        "clock": clock,
        "works": works,
        "whole_place": reads_place(report, user),
        "street": street_words(report),
        "facts": facts_of(report),
        "outcome": outcome_rows(report),
        "notes": report.notes.order_by("id"),
        "files": about("report", report.pk),
        "joined": list(report.joined.order_by("id")),
        "alike": rows_of(alike(report)) if works else [],
        "known": _known(report) if works and report.state in UNANSWERED else [],
        "events": steps_table(timeline(report.ref)),
    }


def _known(report: Report) -> list[dict[str, str]]:
    """Of power that is out: outages that are known of the place, in words."""
    found = known_of(report) if report.kind == ReportKind.POWER_OUT else []
    return [known_words(each) for each in found]


def known_words(known: Known) -> dict[str, str]:
    values = {
        "number": known.outage.number,
        "area": known.outage.area,
        "state": state_words(known.outage),
        "cause": known.outage.cause,
    }
    until = instant(known.until) if known.until else _("not said yet")
    return values | {"until": until, "sure": "yes" if known.sure else ""}


def facts_of(report: Report) -> Facts:
    facts: Facts = [
        {"key": _("Number"), "value": report.number},
        {"key": _("District"), "value": str(city().district(report.district).name)},
    ]
    if report.where:
        facts.append({"key": _("What sort of place it is"), "value": report.get_where_display()})
    facts += [
        {"key": _("When it was"), "value": instant(report.seen_at)},
        {"key": _("Reported on"), "value": instant(report.reported_at)},
        {"key": _("Works it"), "value": office_words(report.office)},
    ]
    if report.heard_by:
        heard = [office_words(bureau) for bureau in report.heard_by]
        facts.append({"key": _("Hears of it"), "lines": heard})
    if report.outage:
        facts.append({"key": _("Outage"), "value": report.outage.number})
    return facts


def outcome_rows(report: Report) -> Facts:
    """What came of it, or of the one that it is answered with; nothing before."""
    head = report.head
    if head.state != ReportState.CLOSED:
        return []
    rows: Facts = [{"key": _("Outcome"), "value": head.get_outcome_display()}]
    if head.referred_to:
        rows.append({"key": _("Referred to"), "value": head.referred_to})
    if head.penalty_by:
        rows += [
            {"key": _("Penalty imposed by"), "value": head.penalty_by},
            {"key": _("By which clause"), "value": head.penalty_clause},
        ]
    if head.penalty_yuan is not None:
        rows.append({"key": _("Amount of the penalty"), "value": money(head.penalty_yuan)})
    return rows


def own_context(report: Report) -> dict[str, Any]:
    """A report as whoever made it reads it: without what others noted, and without other people's
    numbers."""
    left, clock = CLOCKED.explained(report.head)
    facts = facts_of(report)
    return {
        "report": report,
        "title": str(report.get_kind_display()),
        "tags": tags_of(report, left),
        "sentence": own_sentence(report, left),
        "clock": clock,
        "facts": facts,
        "outcome": outcome_rows(report),
        "known": _known(report) if report.head.state in UNANSWERED else [],
        "asks_outage": report.kind == ReportKind.POWER_OUT,
    }


def own_sentence(report: Report, left: TimeLeft) -> str:
    if report.joined_to is None or report.head.closed_at:
        return sentence(report, left)
    return _("Others have reported the same. You are answered together: %(when)s") % {
        "when": sentence(report.head, left)
    }


def own_rows(found: Sequence[Report]) -> list[dict[str, Any]]:
    """Reports of one person with how they stand; two statements."""
    left = CLOCKED.left_of([report.head for report in found])
    return [{"report": one, "sentence": own_sentence(one, left[one.head.ref])} for one in found]


def by_when(kind: str) -> str:
    """By when a report of a kind is answered; which district's rules count is not known before it
    is made."""
    limit = current().in_force(on=local_date(city_now())).report_limit(kind)
    if limit is None:
        return _("You are told what came of it.")
    values = {"days": working_days(limit.days)}
    return _("You are told what came of it within %(days)s.") % values
