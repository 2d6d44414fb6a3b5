"""Who is told of a report: the office that works it, the bureaus that hear of it, those who watch,
and whoever reported it. What was said stands with the report, and in no message."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final

from django.urls import reverse

from accounts.queries import holders
from accounts.roles import Role
from accounts.visits import LINK_LASTS
from deadlines.explain import KIND_NAMES
from deadlines.models import Clock, ClockWarning, Recalculation
from notifications.addresses import Address
from notifications.outbox import send_code
from notifications.providers import is_open
from notifications.recalculation import Subject
from notifications.recalculation import tell as tell_recalculation
from notifications.texts import register_link
from notifications.warnings import Circles, Limited, Told
from notifications.warnings import tell as tell_warnings
from reliability.reports.kinds import Outcome, office_words
from reliability.reports.models import Report
from reliability.reports.queries import KIND, desk_of, every, hearers_of
from rules.delivery import Channel
from rules.values import DISTRICT_LEAD, SUPPLY
from rules.warnings import Circle
from workflow.run import Workflow

#: What messages are about, by whose page they lead to: of the supply company, of a bureau, of those
#: who watch, and of whoever reported.
REPORT, REPORT_BUREAU, REPORT_WATCHED, OWN = (
    "report", "report_bureau", "report_watched", "report_own",
)  # fmt: skip
#: The pages of each.
PAGES: Final = {
    REPORT: "work-reports",
    REPORT_BUREAU: "bureau-reports",
    REPORT_WATCHED: "oversight-reports",
}
MADE: Final = "report.made"
#: No entries: a report that is answered, with all that are joined to it; and one that is late.
ANSWERED, LATE = "report.answered", "report.late"


def subject_of(office: str) -> str:
    """As what the people of an office open a report."""
    return {SUPPLY: REPORT, DISTRICT_LEAD: REPORT_WATCHED}.get(office, REPORT_BUREAU)


def _desk(subject: str) -> Callable[[Report], list[int]]:
    """Those who work a report, where they open it as that."""
    return lambda report: desk_of(report) if subject_of(report.office) == subject else []


def reporters(report: Report) -> list[int]:
    """Whoever reported, with an account; others are told by `tell_phone`."""
    return [] if report.phone else [report.party_id]


#: By the names that the catalogue of events gives them.
CIRCLES: Final = {
    "company": _desk(REPORT),
    "bureau": _desk(REPORT_BUREAU),
    "lead": _desk(REPORT_WATCHED),
    "hearers": hearers_of,
    "reporter": reporters,
}
SEEN_BY: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "company": (REPORT, {}),
    "bureau": (REPORT_BUREAU, {}),
    "lead": (REPORT_WATCHED, {}),
    "hearers": (REPORT_BUREAU, {"variant": "heard"}),
    "reporter": (OWN, {"variant": "own_report"}),
}


def tell_phone(kind: str, report: Report) -> None:
    """Tell whoever has no account that there is something, and never what; nothing is left where
    nobody carries SMS."""
    if report.phone and is_open(Channel.SMS):
        send_code(
            Address(Channel.SMS, report.phone),
            kind=kind,
            secret={},
            context={"number": report.number, "variant": "phone"},
            lasts=LINK_LASTS,
            language=report.language,
        )


def taken_in(workflow: Workflow[Report], report: Report) -> None:
    workflow.tell(MADE, report, report.party_id)
    tell_phone(MADE, report)


def closed(workflow: Workflow[Report], report: Report) -> None:
    """The outcome goes to everybody whose report is answered with it."""
    if report.outcome == Outcome.JOINED:
        return
    for each in report.all_of_it():
        workflow.tell(ANSWERED, each, by=None)
        tell_phone(ANSWERED, each)


# What is told of its clock


def _of(clocks: Iterable[Clock]) -> Iterable[Report]:
    refs = [clock.case_ref for clock in clocks if clock.kind == KIND]
    return every().filter(ref__in=refs) if refs else ()


def late(workflow: Workflow[Report], clocks: Iterable[Clock]) -> None:
    """Of `deadlines.signals.breached`."""
    for report in _of(clocks):
        workflow.tell(LATE, report, by=None)
        tell_phone(LATE, report)


def tell_of_recalculations(*, recalculations: Iterable[Recalculation], **_said: Any) -> None:
    """Hears `deadlines.signals.recalculated`: the office and whoever reported count on the day."""
    rows, limit = list(recalculations), partial(str, KIND_NAMES[KIND])
    found = {report.ref: report for report in _of(row.clock for row in rows)}
    for row in rows:
        if report := found.get(row.clock.case_ref):
            its = subject_of(report.office)
            tell_recalculation(row, Subject(its, report.pk, report.number, limit), desk_of(report))
            own = Subject(OWN, report.pk, report.number, limit)
            tell_recalculation(row, own, reporters(report))


def tell_of_warnings(*, warnings: Sequence[ClockWarning], **_said: Any) -> None:
    """Hears `deadlines.signals.warned`."""
    found = {report.ref: report for report in _of(one.clock for one in warnings)}
    tell_warnings(warnings, found, limit_of)


def limit_of(report: Report) -> tuple[Limited, Circles]:
    limit, whose = partial(str, KIND_NAMES[KIND]), partial(office_words, report.office)
    regulators = partial(holders, Role.REGULATOR, district=report.district)
    return Limited(report.number, limit, whose), {
        Circle.DESK: Told(subject_of(report.office), report.pk, partial(desk_of, report)),
        Circle.REGULATOR: Told(REPORT_WATCHED, report.pk, regulators),
    }


def wire() -> None:
    for subject, pages in PAGES.items():
        register_link(subject, lambda pk, _context, pages=pages: reverse(f"{pages}:one", args=[pk]))  # type: ignore[misc]
    register_link(OWN, lambda _pk, context: reverse("reports:one", args=[context["number"]]))
