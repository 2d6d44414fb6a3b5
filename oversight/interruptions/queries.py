"""Reads of complaints about interruptions, and who may read one: whoever complained, the supply
company and those who watch in its district."""

from typing import Final

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.queries import holders
from accounts.roles import EVERYBODY, SUPERVISORS, Role
from core.identifiers import plain
from core.problems import Missing
from core.ways import EVERYTHING
from deadlines.models import Clock
from deadlines.queries import BY_TIME_LEFT
from oversight.interruptions.models import InterruptionComplaint, shown_index
from oversight.interruptions.workflow import COMPANY, ENDED
from workflow.clocked.queries import Clocked

KIND: Final = Clock.Kind.INTERRUPTION
CLOCKED: Final = Clocked(KIND, ENDED)
READERS: Final = (*COMPANY, *SUPERVISORS)
#: Where the power is still off stands first.
URGENT_FIRST: Final = ("power_on", *BY_TIME_LEFT)
Complaints = QuerySet[InterruptionComplaint]


def _in(districts: set[str] | None) -> Complaints:
    every = InterruptionComplaint.objects.all()
    return every if districts is None else every.filter(district__in=sorted(districts))


def at_company(user: User) -> Complaints:
    """The list under /work/."""
    return _in(user.districts(*COMPANY))


def watched(user: User) -> Complaints:
    """The list under /oversight/."""
    return _in(user.districts(*SUPERVISORS))


def ways(user: User) -> list[Q]:
    """By which of them a person reads one over the API; any will do. The staff of a district read
    all of it, others their own."""
    districts = user.districts(*READERS)
    if districts is None:
        return [EVERYTHING]
    if districts:
        return [Q(district__in=sorted(districts)), Q(party=user.party_id)]
    return [Q(party=user.party_id)]


def own_of(user: User) -> Complaints:
    """The person's own, the newest first."""
    return InterruptionComplaint.objects.filter(party=user.party_id).order_by("-id")


def reads_as(complaint: InterruptionComplaint, user: User) -> Role | None:
    if complaint.concerns(user):
        return EVERYBODY
    return user.role_in(*READERS, district=complaint.district)


def opens_as(subject_id: int, user: User) -> Role | None:
    """Of its files."""
    one = InterruptionComplaint.objects.filter(pk=subject_id).first()
    return reads_as(one, user) if one else None


def one_for(pk: int, user: User) -> InterruptionComplaint:
    """Raises Missing: there is none, or it is not for this person's eyes."""
    one = InterruptionComplaint.objects.filter(pk=pk).first()
    if one is None or reads_as(one, user) is None:
        raise Missing
    return one


def staffed(pk: int, user: User) -> InterruptionComplaint:
    """One for the desks: raises Missing for whoever only complained."""
    one = one_for(pk, user)
    if user.role_in(*READERS, district=one.district) is None:
        raise Missing
    return one


def own(pk: int, user: User) -> InterruptionComplaint:
    """The person's own; raises Missing."""
    one = one_for(pk, user)
    if not one.concerns(user):
        raise Missing
    return one


def own_numbered(number: str, user: User) -> InterruptionComplaint:
    """The person's own, by its number, also after an earlier visit of the same phone; raises
    Missing."""
    mine = Q(party=user.party_id)
    if phone := shown_index(user):
        mine |= Q(phone_digest=phone)
    one = InterruptionComplaint.objects.filter(mine, number=plain(number)).first()
    if one is None:
        raise Missing
    return one


def company_of(complaint: InterruptionComplaint) -> list[int]:
    return holders(*COMPANY, district=complaint.district)


def regulators_of(complaint: InterruptionComplaint) -> list[int]:
    return holders(Role.REGULATOR, district=complaint.district)


def complainants(complaint: InterruptionComplaint) -> list[int]:
    """The parties that are told as whoever complained; who has no account is told by phone."""
    return [] if complaint.phone else [complaint.party_id]
