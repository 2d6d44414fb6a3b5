from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from applications.states import State as CaseState
from approvals.offices import LEVELS
from approvals.routing import PREDICATES
from core.templatetags.city import figure, working_days
from reliability.reports.kinds import ReportKind, Where, offices
from rules.city import City
from rules.names import Measure, Statistic, Trust
from rules.policy import Limit
from rules.values import Value, Valued

Text = str | Promise

TRUST: dict[str, Text] = {
    Trust.PLAN: gettext_lazy("said by the plan"),
    Trust.V: gettext_lazy("read in the law itself"),
    Trust.S: gettext_lazy("second hand"),
    Trust.U: gettext_lazy("unverified"),
}
MEASURES: dict[str, Text] = {
    Measure.WHOLE_PROCESS: gettext_lazy("whole process, from filing to energised"),
    Measure.HANDLING: gettext_lazy("the supply company's handling time"),
}
STATISTICS: dict[str, Text] = {
    Statistic.CAP: gettext_lazy("for every case"),
    Statistic.AVERAGE: gettext_lazy("on average over the cases"),
}
WORDS: dict[str, Text] = {
    "reply_plan": gettext_lazy("the supply plan"),
    "submit": gettext_lazy("the filing"),
    "explain": gettext_lazy("the explanation"),
    "answer": gettext_lazy("the answer"),
    "micro": gettext_lazy("micro enterprises"),
    "small": gettext_lazy("small enterprises"),
    "medium": gettext_lazy("medium enterprises"),
    "large": gettext_lazy("large enterprises"),
    "person": gettext_lazy("persons with another purpose than a home"),
    "urban": gettext_lazy("urban districts"),
    "rural": gettext_lazy("rural districts"),
    "town": gettext_lazy("towns"),
    "low": gettext_lazy("low voltage"),
    "high": gettext_lazy("high voltage"),
    "ordinary_trunk": gettext_lazy("ordinary trunk highways"),
    "other": gettext_lazy("other highways (of counties, townships and villages)"),
    "ordinary": gettext_lazy("ordinary greenery"),
    "major_risks": gettext_lazy("projects against major risks"),
    "poverty": gettext_lazy("projects against poverty"),
    "pollution": gettext_lazy("projects against pollution"),
    "other_ground": gettext_lazy("other projects, with the ground in words"),
}
UNITS: dict[str, Text] = {
    "hour": gettext_lazy("hours"),
    "percent": gettext_lazy("%"),
    "yuan": gettext_lazy("CNY"),
    "month": gettext_lazy("months"),
    "request": gettext_lazy("times"),
    "level": gettext_lazy("of five levels"),
    "year": gettext_lazy("years"),
    "day": gettext_lazy("days"),
    "minute": gettext_lazy("minutes"),
    "report": gettext_lazy("reports"),
}


@dataclass(frozen=True)
class Said:
    """One row of the rules for a reader. `until` is the last day in force, None for open; `ours`:
    the exact value is this project's reading of the clause."""

    key: str
    name: str
    value: str
    since: date
    until: date | None
    clause: str
    source: str
    source_url: str
    trust: str
    ours: bool
    note: str


def said(row: Valued, city: City) -> Said:
    return Said(
        key=row.key,
        name=name_of(row, city),
        value=value_of(row, city),
        since=row.since,
        until=row.until - timedelta(days=1) if row.until else None,
        clause=str(row.clause),
        source=str(row.source),
        source_url=row.source.url,
        trust=row.trust.value,
        ours=row.ours,
        note=str(row.note or ""),
    )


def trust_words(trust: str, *, ours: bool = False) -> str:
    words = str(TRUST[trust])
    return _("{trust}, our reading").format(trust=words) if ours else words


def limit_words(limit: Limit) -> str:
    return paired(MEASURES[limit.measure], STATISTICS[limit.statistic])


def name_of(row: Valued, city: City) -> str:
    """What a key is about, in words; the key itself where it has none."""
    permits = {permit.code for permit in city.permits}
    match row.key.split("."):
        case ["limit", kind, measure]:
            words = headed(city.kind(kind).name, MEASURES[measure])
        case ["step", kind, step, "days"]:
            words = headed(city.kind(kind).name, city.step_names[step])
        case ["documents" | "inspection" as what, kind, stage]:
            name = stage_name(stage) if what == "documents" else inspection_name(stage)
            words = headed(city.kind(kind).name, name)
        case ["steps", kind]:
            words = _("{kind}: steps").format(kind=city.kind(kind).name)
        case ["permit", permit, *rest] if permit in permits and ".".join(rest) in OF_PERMIT:
            words = str(OF_PERMIT[".".join(rest)]).format(permit=city.permit(permit).name)
        case ["permit", permit, *_rest, "days"] if permit in permits:
            words = _("{permit}: limit").format(permit=city.permit(permit).name)
        case ["report", said, kind, *where] if said in OF_REPORT:
            about = [str(ReportKind(kind).label), *(str(Where(each).label) for each in where)]
            words = str(OF_REPORT[said]).format(about=joined(about))
        case ["waiting", state, then, "days"]:
            words = headed(CaseState(state).label, WAITED[then])
        case ["plan", said, voltage]:
            words = str(OF_PLAN[said]).format(voltage=WORDS[voltage])
        case _other:
            words = str(SINGLE.get(row.key, row.key))
    if row.place_class:
        words = paired(words, WORDS[row.place_class])
    if row.origin.district:
        words = paired(words, city.district(row.origin.district).name)
    return words


#: Of each permit, besides its limits.
OF_PERMIT: dict[str, Text] = {
    "level": gettext_lazy("{permit}: which office decides"),
    "documents": gettext_lazy("{permit}: what may be asked for"),
    "package": gettext_lazy("{permit}: what the package must have"),
    "looks_at": gettext_lazy("{permit}: what is looked at besides"),
    "review_points": gettext_lazy("{permit}: what is looked at"),
    "refusal_clauses": gettext_lazy("{permit}: by which clauses it can be refused"),
    "conditions": gettext_lazy("{permit}: conditions of a commitment"),
    "check.percent": gettext_lazy("{permit}: share of commitments that is checked afterwards"),
}
OF_PLAN: dict[str, Text] = {
    "validity_months": gettext_lazy("Supply plan valid, {voltage}"),
    "prolongation_months": gettext_lazy("Supply plan prolonged at most, {voltage}"),
}
#: Of each sort of report from the public.
OF_REPORT: dict[str, Text] = {
    "office": gettext_lazy("Reported: {about}: who works it"),
    "hears": gettext_lazy("Reported: {about}: who hears of it"),
    "days": gettext_lazy("Reported: {about}: it is answered within"),
}
#: What comes of a case that waits for its applicant.
WAITED: dict[str, Text] = {
    "remind": gettext_lazy("the applicant is reminded after"),
    "close": gettext_lazy("may be closed, so long after the reminder"),
}
SINGLE: dict[str, Text] = {
    "counter.paper.confirm_plan": gettext_lazy("For the answer to the supply plan, at a counter"),
    "counter.paper.sign_contract": gettext_lazy("For the contract, at a counter"),
    "counter.paper.correct_identity": gettext_lazy(
        "For a correction of name and number, at a counter"
    ),
    "counter.paper.go_to_counter": gettext_lazy("To go on at a counter, or at another one"),
    "counter.paper.withdraw": gettext_lazy("For a withdrawal, at a counter"),
    "two_people.inspect_completion": gettext_lazy("The completion is not inspected by who did"),
    "two_people.energise": gettext_lazy("The power is not switched on by who did"),
    "two_people.finding.accept": gettext_lazy("The explanation is not accepted by who did"),
    "two_people.finding.confirm": gettext_lazy("The finding is not confirmed by who did"),
    "two_people.order.close": gettext_lazy("The order is not closed by who did"),
    "two_people.order.return": gettext_lazy("The answer is not sent back by who did"),
    "two_people.order.escalate": gettext_lazy("The order is not handed on by who did"),
    "case.retention.days": gettext_lazy("Personal data of an ended case are kept for"),
    "case.managers.named": gettext_lazy("Customers read the names of who has their case"),
    "document.reuse.months": gettext_lazy("A document that was accepted serves again for"),
    "appointment.days.ahead": gettext_lazy("An appointment can be booked on the next"),
    "appointment.times": gettext_lazy("Appointments begin at"),
    "appointment.minutes": gettext_lazy("An appointment takes"),
    "appointment.remind.days": gettext_lazy("Both sides are reminded of an appointment before"),
    "rental.days.most": gettext_lazy("A unit of temporary supply is rented for at most"),
    "referral.remind.days": gettext_lazy(
        "An office of another city is reminded of what was passed on after"
    ),
    "referral.retention.days": gettext_lazy("What was passed on to another city is kept for"),
    "rating.reason_to": gettext_lazy("A rating needs words, from the lowest level up to"),
    "rating.follow_up.days": gettext_lazy("A low rating is followed up within"),
    "enquiry.answer.days": gettext_lazy("A question is answered within"),
    "charge.complaint.days": gettext_lazy("A complaint about a charge is decided within"),
    "interruption.complaint.days": gettext_lazy(
        "A complaint about an interruption is decided within"
    ),
    "interruption.retention.days": gettext_lazy(
        "A decided complaint about an interruption is kept for"
    ),
    "orderly.district.days": gettext_lazy("Orderly use: districts hand in their plans within"),
    "orderly.again.days": gettext_lazy("Orderly use: a plan given back is handed in again within"),
    "repair.arrival_minutes.urban": gettext_lazy("A repair crew is at a fault within, urban"),
    "repair.arrival_minutes.town": gettext_lazy("A repair crew is at a fault within, town"),
    "repair.arrival_minutes.rural": gettext_lazy("A repair crew is at a fault within, rural"),
    "monitoring.margin_minutes": gettext_lazy(
        "What monitoring tells is of an outage from before its beginning, and until after its end"
    ),
    "monitoring.silent_minutes": gettext_lazy("A monitoring system is silent after"),
    "defect.days.critical": gettext_lazy("A critical defect of the grid is mended within"),
    "defect.days.serious": gettext_lazy("A serious defect of the grid is mended within"),
    "defect.days.ordinary": gettext_lazy("An ordinary defect of the grid is mended within"),
    "enquiry.retention.days": gettext_lazy("An answered question without a case is kept for"),
    "report.double.metres": gettext_lazy("Reports may be of the same thing within"),
    "report.double.hours": gettext_lazy("Reports may be of the same thing within the time of"),
    "report.cluster.least": gettext_lazy("Power out in one street stands first at the desk from"),
    "report.oldest.days": gettext_lazy("What is reported was seen no longer ago than"),
    "report.retention.days": gettext_lazy("Who reported something is kept after the answer for"),
    "publicity.capacity.months": gettext_lazy("Open capacity is published anew every"),
    "publicity.rental.months": gettext_lazy("Units for rent are published anew every"),
    "supply.power_factor": gettext_lazy("Power factor by which kW are counted as kVA"),
    "supply.line_yuan_per_m.low": gettext_lazy("Low voltage: a metre of line costs, in proposals"),
    "supply.line_yuan_per_m.high": gettext_lazy(
        "High voltage: a metre of line costs, in proposals"
    ),
    "boundary.grounds": gettext_lazy("High voltage: the investment boundary is extended for"),
    "three_zero.kw": gettext_lazy("Three-zero service: capacity up to"),
    "three_zero.customers": gettext_lazy("Three-zero service: for whom"),
    "three_zero.voltage": gettext_lazy("Three-zero service: connected at"),
    "permit.set.days": gettext_lazy("All permits of a line together"),
    "permit.advice": gettext_lazy("Before the application its bureau gives advice on"),
    "permit.package.route": gettext_lazy("What shows the route in place of coordinates"),
    "permit.package.length_percent": gettext_lazy(
        "It is remarked that the drawn length differs from the declared one beyond"
    ),
    "permit.intake.days": gettext_lazy("Accepting, or naming everything that is missing"),
    "permit.delivery.days": gettext_lazy("Delivering a decision"),
    "permit.legal.days": gettext_lazy("Deciding on a permit, by the law itself"),
    "permit.commitment.check.days": gettext_lazy("A commitment is checked afterwards within"),
    "permit.commitment.barred.days": gettext_lazy(
        "After a revocation the bureau takes no commitment and no filing for"
    ),
    "permit.commitment.responsible": gettext_lazy(
        "A commitment that a program signs must name who is responsible"
    ),
    "permit.extension.days": gettext_lazy("Extension of that by the lead of the bureau"),
    "permit.remedy.reconsideration.days": gettext_lazy(
        "Administrative reconsideration of a refused or revoked permit can be applied for within"
    ),
    "permit.remedy.litigation.months": gettext_lazy(
        "An administrative action about a refused or revoked permit can be brought within"
    ),
}


def stage_name(stage: str) -> str:
    names = {
        "application": _("With the application"),
        "design_review": _("For the design review"),
        "mid_construction_inspection": _("For the mid-construction inspection"),
        "completion_inspection": _("For the completion inspection"),
        "signed": _("Signed by the customer at a counter"),
    }
    return names[stage]


def inspection_name(stage: str) -> str:
    """What is looked at, when: at which the documents come in `stage_name` says."""
    names = {
        "design_review": _("What the design review looks at"),
        "mid_construction_inspection": _("What the mid-construction inspection looks at"),
        "completion_inspection": _("What the completion inspection looks at"),
    }
    return names[stage]


def value_of(row: Valued, city: City) -> str:
    if row.unit == "working_day":
        return working_days(int(row.number))
    if isinstance(row.value, tuple):
        return joined(_code_name(code, city) for code in row.value)
    if isinstance(row.value, bool):
        return _("Yes") if row.value else _("No")
    if isinstance(row.value, int | Decimal):
        return f"{figure(row.value)} {UNITS.get(row.unit, row.unit)}"
    return _code_name(row.value, city)


def _code_name(code: Value, city: City) -> str:
    documents = {document.code: document.name for document in city.permit_documents}
    items = {
        item.code: item.name
        for rows in (city.inspection_items, city.review_points, city.refusal_clauses)
        for item in rows.values()
    }
    known: dict[str, Any] = {
        **WORDS, **PREDICATES, **city.step_names, **city.requirement_names, **documents, **items,
        **city.conditions, **LEVELS,
        **{permit.code: permit.name for permit in city.permits}, **dict(offices()),
    }  # fmt: skip
    return str(known.get(str(code), code))


def headed(head: Any, words: Any) -> str:
    return _("{head}: {words}").format(head=head, words=words)


def noted(words: Any, note: Any) -> str:
    return _("{words} ({note})").format(words=words, note=note)


def paired(first: Any, second: Any) -> str:
    return _("{first}, {second}").format(first=first, second=second)


def parts(words: Iterable[Any]) -> str:
    return pgettext("between the parts of a statement", "; ").join(str(word) for word in words)


def joined(words: Iterable[Any]) -> str:
    return pgettext("between the items of a list", ", ").join(str(word) for word in words)
