"""Reads of cases, and who may see them; who may take which act, `workflow.py` says."""

from django.db.models import Q, QuerySet

from accounts.mandates import Right
from accounts.models import User
from accounts.queries import holders, told_for
from accounts.roles import CASE_READERS, COUNTER, SUPPLIERS, Role
from applications import begun
from applications.models import Application, Draft
from applications.states import Holder, State
from applications.who import as_reader, as_receiver, as_shown, as_taker, of_parties
from core.identifiers import plain
from core.problems import Missing
from core.statements import Given, Read
from core.ways import EVERYTHING, any_of

#: What a permit wants of the supply company, `Application.wanted`: papers or a commitment; another
#: line. The bureaus may still have others of its round.
AWAITED, REFUSED = "awaited", "refused"


def own(user: User) -> Q:
    """The cases of which the person is the applicant, or acts for one; see `as_reader`."""
    return any_of(own_ways(user))


def own_ways(user: User) -> list[Q]:
    """By which of them a case is one's own; any will do."""
    offices = user.organisations(*COUNTER)
    return [
        *of_parties(user, Right.READ),
        *(Q(office=office) for office in sorted(set(offices))),
    ]


def drafts_of(user: User) -> QuerySet[Draft]:
    """What the person has begun, and at a counter the office, the newest first."""
    return Draft.objects.filter(own(user), discarded_at=None).order_by("-id")


def managers_having(case: Application) -> list[int]:
    """The parties of the managers who have a case, else of every manager of its district."""
    having = (case.assigned[role] for role in SUPPLIERS if role in case.assigned)
    assigned = {pk for one in having for pk in one.people}
    if not assigned:
        return holders(*SUPPLIERS, district=case.district)
    return list(User.objects.filter(pk__in=assigned).values_list("party_id", flat=True))


def applicants(case: Application) -> list[int]:
    """The parties that are told as the applicant, with those of the accounts that act for it: at a
    counter the clerk who took the case in, and where that one has left, everybody of the office;
    of a case that went there later, everybody of the office and the customer."""
    if case.office_id is None:
        return told_for(case.filed_by_id, case.ref)
    clerks = holders(*COUNTER, organisation=case.office_id)
    if case.customer_party:
        return [*clerks, *told_for(case.filed_by_id, case.ref)]
    return [case.filed_by_id] if case.filed_by_id in clerks else clerks


def wanted_of(case: Application) -> str:
    """Return what a permit wants of the supply company, whoever holds the case; empty where it has
    no permits to decide."""
    return case.wanted if case.state == State.PERMITS else ""


def awaits(party: Holder) -> Q:
    """Return the condition that somebody waits for a party: it holds the case, or, beside the
    bureaus that hold it, a permit wants something of the supply company."""
    # `turn` says the latter, and leads the order of the work list.
    return Q(turn=0) if party == Holder.SUPPLIER else Q(holder=party)


def visible_to(user: User) -> QuerySet[Application]:
    return Application.objects.filter(any_of(ways(user)))


def ways(user: User) -> list[Q]:
    """By which of them a person may see a case; any will do."""
    districts = user.districts(*CASE_READERS)
    if districts is None:
        return [EVERYTHING]
    return [*own_ways(user), *([Q(district__in=sorted(districts))] if districts else [])]


def may_see(application: Application, user: User) -> bool:
    return any(
        side(application, user) is not None for side in (reads_as, as_shown, as_taker, as_receiver)
    )


def reads_as(application: Application, user: User) -> Role | None:
    """By which role a person reads a case, if at all. A draft is for nobody's eyes but those of
    whoever files it."""
    role = as_reader(application, user)
    if role is not None or application.draft is not None:
        return role
    return user.role_in(*CASE_READERS, district=application.district)


def counter_role(user: User) -> Role | None:
    return user.role_in(*COUNTER)


_by_number = Read(lambda: Application.objects.filter(number=Given()))


def numbered(number: str) -> Application | None:
    """The case of a number, in capitals or not."""
    return _by_number.first(plain(number))


def case_for(number: str, user: User) -> Application:
    """Return a case, or what is begun; Missing where there is none, or not for this person."""
    case = begun.case_or_draft(lambda: numbered(number), lambda: begun.numbered(number))
    if case is None or not may_see(case, user):
        raise Missing
    return case.workflow()
