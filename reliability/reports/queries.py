"""Reads of reports, and who may read one: whoever reported it, the office that works it, the
offices that hear of it, and those who watch over its district. Nobody reads who reported it but the
office that works it, by an act of its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Min, Q, QuerySet

from accounts.models import User
from accounts.queries import holders
from accounts.roles import BUREAU_ROLES, SUPERVISORS, Role
from core.clock import city_now
from core.identifiers import plain
from core.problems import Missing
from core.ways import EVERYTHING, any_of
from deadlines.models import Clock
from reliability.reports.kinds import ReportKind
from reliability.reports.models import Report
from reliability.reports.place import metres_between, nearest_first
from reliability.reports.workflow import UNANSWERED, ReportState, worker, works
from reliability.who import OPERATORS
from rules.values import DISTRICT_LEAD, SUPPLY
from workflow.clocked.queries import Clocked

KIND: Final = Clock.Kind.REPORT
CLOCKED: Final = Clocked(KIND, (ReportState.CLOSED,), UNANSWERED)
Reports = QuerySet[Report]
#: Reports that may be of one thing, and streets with several, that are shown at once.
SUGGESTED, CLUSTERS = 10, 20
#: Open reports of a kind and district that are compared, the newest.
COMPARED: Final = 500


def every() -> Reports:
    return Report.objects.select_related("joined_to", "outage")


def _where(districts: set[str] | None, its: Q = EVERYTHING) -> list[Q]:
    """What is so in some districts; None: in all. Nothing for none."""
    if districts is None:
        return [its]
    return [its & Q(district__in=sorted(districts))] if districts else []


def _districts(user: User, office: str) -> set[str] | None:
    """Where a person works for an office; None: everywhere."""
    if office == SUPPLY:
        return user.districts(*OPERATORS)
    if office == DISTRICT_LEAD:
        return user.districts(Role.DISTRICT_LEAD)
    return user.districts(*BUREAU_ROLES, bureau=office)


def _of(user: User, *offices: str) -> list[Q]:
    """Those that a person works for some offices, and those that these hear of."""
    return [
        way
        for office in offices
        for its in (Q(office=office), Q(heard_by__contains=[office]))
        for way in _where(_districts(user, office), its)
    ]


def worked(user: User) -> list[Q]:
    """By which of them a person works reports, one for each office and district."""
    offices = (SUPPLY, DISTRICT_LEAD, *sorted(user.bureaus()))
    return [
        Q(office=office) & place for office in offices for place in _each(_districts(user, office))
    ]


def _each(districts: set[str] | None) -> list[Q]:
    """A condition for each of some districts, since no index has the order of several."""
    if districts is None:
        return [EVERYTHING]
    return [Q(district=code) for code in sorted(districts)]


def ways(user: User) -> list[Q]:
    """By which of them a person reads one over the API; any will do."""
    return [
        *_where(user.districts(*SUPERVISORS)),
        *_of(user, SUPPLY, *sorted(user.bureaus())),
        Q(party=user.party_id),
    ]


def at_company(user: User) -> Reports:
    """The list under /work/."""
    return every().filter(any_of(_of(user, SUPPLY)))


def at_bureau(user: User) -> Reports:
    """The list under /bureau/."""
    return every().filter(any_of(_of(user, *sorted(user.bureaus()))))


def watched(user: User) -> Reports:
    """The list under /oversight/, where the lead of a district also works its own."""
    return every().filter(any_of(_where(user.districts(*SUPERVISORS))))


def reported_by(user: User) -> Reports:
    """The newest first."""
    return every().filter(party=user.party_id).order_by("-id")


def reads_as(report: Report, user: User) -> Role | None:
    """By which role somebody at a desk reads a report."""
    found = worker(report, user) or user.role_in(*SUPERVISORS, district=report.district)
    hearing = (works(office, report.district, user) for office in report.heard_by)
    return found or next(filter(None, hearing), None)


def may_see(report: Report, user: User) -> bool:
    return report.party_id == user.party_id or reads_as(report, user) is not None


def one_for(pk: int, user: User) -> Report:
    """Raises Missing: there is none, or it is not for this person's eyes."""
    one = every().filter(pk=pk).first()
    if one is None or not may_see(one, user):
        raise Missing
    return one


def at_desk(pk: int, user: User) -> Report:
    """As `one_for`, for the pages of a desk: one's own stands elsewhere."""
    one = one_for(pk, user)
    if reads_as(one, user) is None:
        raise Missing
    return one


def own_numbered(number: str, user: User) -> Report:
    """One that the person has made; raises Missing."""
    one = reported_by(user).filter(number=plain(number)).first()
    if one is None:
        raise Missing
    return one


def desk_of(report: Report) -> list[int]:
    """The parties that are told of a report: those of its office who may work it."""
    return _people(report.office, report.district)


def _people(office: str, district: str) -> list[int]:
    if office == SUPPLY:
        return holders(*OPERATORS, district=district)
    if office == DISTRICT_LEAD:
        return holders(Role.DISTRICT_LEAD, district=district)
    return holders(*BUREAU_ROLES, district=district, bureau=office)


def hearers_of(report: Report) -> list[int]:
    """Those who hear of it, and do not work it."""
    found = {party for office in report.heard_by for party in _people(office, report.district)}
    return sorted(found - set(desk_of(report)))


# Of one thing


def alike(report: Report) -> list[Report]:
    """Older open ones of its kind that may be of the same thing, by street or distance and time;
    the nearest first. None where the rules do not say how near."""
    rules = report.rules()
    hours = rules.get("report.double.hours")
    if hours is None or report.state not in UNANSWERED:
        return []
    metres, near = rules.get("report.double.metres"), timedelta(hours=int(hours.number))
    around = (report.seen_at - near, report.seen_at + near)
    found = joinable(report).filter(seen_at__range=around)

    def is_near(other: Report) -> bool:
        apart = metres_between(report, other)
        if apart is not None and metres is not None:
            return apart <= metres.number
        return bool(report.street) and report.street == other.street

    same = (other for other in found.order_by("-id")[:COMPARED] if is_near(other))
    return nearest_first(same, report)[:SUGGESTED]


def joinable(report: Report) -> Reports:
    """Those that it can be joined to: open, of its kind and district, and older, so that nobody
    waits longer by it."""
    found = CLOCKED.opened(every()).filter(kind=report.kind, district=report.district)
    return found.filter(pk__lt=report.pk)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Open reports of power that is out in one street, of no outage that is known.

    Args:
        first: the oldest of them.
    """

    district: str
    street: str
    reports: int
    first: int
    since: datetime


def clusters(found: Reports, *, least: int, hours: int) -> list[Cluster]:
    """The largest first; one statement.

    Args:
        least: from how many on they are one.
        hours: how long ago they came at most.
    """
    since = city_now() - timedelta(hours=hours)
    dark = CLOCKED.opened(found).filter(
        kind=ReportKind.POWER_OUT, outage=None, reported_at__gte=since
    )
    rows = dark.exclude(street="").order_by().values("district", "street")
    counted = rows.annotate(n=Count("id"), first=Min("id"), at=Min("seen_at")).filter(n__gte=least)
    return [
        Cluster(row["district"], row["street"], row["n"], row["first"], row["at"])
        for row in counted.order_by("-n", "first")[:CLUSTERS]
    ]
