"""Reads of complaints about charges, and who may read one: whoever reads its case as the
applicant's side, the supply company and those who watch in its district."""

from typing import Final

from django.db.models import Q, QuerySet

from accounts.mandates import Right
from accounts.models import User
from accounts.queries import holders
from accounts.roles import COMPANY, COUNTER, SUPERVISORS, Role
from applications.who import as_reader, of_parties
from core.problems import Missing
from core.ways import EVERYTHING
from deadlines.models import Clock
from money.charges.models import Charge
from money.complaints.models import Complaint
from money.complaints.workflow import ENDED, ComplaintState
from workflow.clocked.queries import OPEN, Clocked

KIND: Final = Clock.Kind.COMPLAINT
CLOCKED: Final = Clocked(KIND, ENDED)
READERS: Final = (*COMPANY, *SUPERVISORS)
Complaints = QuerySet[Complaint]


def every() -> Complaints:
    return Complaint.objects.select_related("application", "charge__fee_item", "charge__declared")


def _in(districts: set[str] | None) -> Complaints:
    return every() if districts is None else every().filter(district__in=sorted(districts))


def at_company(user: User) -> Complaints:
    """The list under /work/."""
    return _in(user.districts(*COMPANY))


def watched(user: User) -> Complaints:
    """The list under /oversight/."""
    return _in(user.districts(*SUPERVISORS))


def ways(user: User) -> list[Q]:
    """By which of them a person reads one over the API; any will do. The staff of a district read
    all of it, others those about their own cases, and at a counter the office's."""
    districts = user.districts(*READERS)
    if districts is None:
        return [EVERYTHING]
    if districts:
        return [Q(district__in=sorted(districts))]
    offices = sorted(set(user.organisations(*COUNTER)))
    return [
        *of_parties(user, Right.READ, "application__"),
        *(Q(application__office=office) for office in offices),
    ]


def may_see(complaint: Complaint, user: User) -> bool:
    return (
        user.role_in(*READERS, district=complaint.district) is not None
        or as_reader(complaint.application, user) is not None
    )


def one_for(pk: int, user: User) -> Complaint:
    """Raises Missing: there is none, or it is not for this person's eyes."""
    one = every().filter(pk=pk).first()
    if one is None or not may_see(one, user):
        raise Missing
    return one


def own(pk: int, user: User) -> Complaint:
    """One about a case of the person's own side; raises Missing."""
    one = one_for(pk, user)
    if as_reader(one.application, user) is None:
        raise Missing
    return one


def company_of(complaint: Complaint) -> list[int]:
    """The parties of the supply company that are told of one."""
    return holders(*COMPANY, district=complaint.district)


def regulators_of(complaint: Complaint) -> list[int]:
    return holders(Role.REGULATOR, district=complaint.district)


def is_contested(charge: Charge) -> bool:
    """Whether a complaint about it waits for its decision: nothing is asked for it meanwhile."""
    return charge.complaints.filter(state=OPEN).exists()


def is_upheld(charge: Charge) -> bool:
    """Whether a complaint about it was upheld; what was paid of it may be on its way back yet."""
    return charge.complaints.filter(state=ComplaintState.UPHELD).exists()
