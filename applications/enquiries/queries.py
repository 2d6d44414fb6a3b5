"""Reads of enquiries, and who may read one: whoever may read its case; of one without a case those
who asked, the counter that took it in, and the staff of its district."""

from typing import Final

from django.db.models import Q, QuerySet

from accounts.mandates import Right
from accounts.models import User
from accounts.queries import holders
from accounts.roles import CASE_READERS, COMPANY, COUNTER
from applications.enquiries.models import Enquiry
from applications.enquiries.workflow import EnquiryState
from applications.queries import may_see as may_see_case
from applications.who import of_parties
from core.identifiers import plain
from core.problems import Missing
from core.ways import EVERYTHING
from deadlines.models import Clock
from workflow.clocked.queries import Clocked

KIND: Final = Clock.Kind.ENQUIRY
CLOCKED: Final = Clocked(KIND, (EnquiryState.ANSWERED,))
Enquiries = QuerySet[Enquiry]


def at_desk(user: User) -> Enquiries:
    """The list under /work/: a hall's clerks have those that their hall took in."""
    if user.role_in(*CASE_READERS) is not None:
        return Enquiry.objects.filter(*ways(user)).select_related("application")
    offices = sorted(set(user.organisations(*COUNTER)))
    return Enquiry.objects.filter(office__in=offices).select_related("application")


def ways(user: User) -> list[Q]:
    """By which of them a person reads one over the API; any will do. The staff of a district read
    all of it, others their own, those about their own cases, and at a counter the office's."""
    districts = user.districts(*CASE_READERS)
    if districts is None:
        return [EVERYTHING]
    if districts:
        return [Q(district__in=sorted(districts))]
    offices = sorted(set(user.organisations(*COUNTER)))
    return [
        *of_parties(user, Right.READ, "application__"),
        *(Q(application__office=office) for office in offices),
        *(Q(office=office) for office in offices),
        Q(party=user.party_id),
    ]


def asked_by(user: User) -> Enquiries:
    """Without a case, by the person, the newest first."""
    return Enquiry.objects.filter(party=user.party_id).order_by("-id")


def may_see(enquiry: Enquiry, user: User) -> bool:
    if enquiry.application is not None:
        return may_see_case(enquiry.application, user)
    office = enquiry.office_id
    return (
        enquiry.party_id == user.party_id
        or (office is not None and user.role_at(office, *COUNTER) is not None)
        or user.role_in(*CASE_READERS, district=enquiry.district) is not None
    )


def one_for(pk: int, user: User) -> Enquiry:
    """Raises Missing: there is none, or it is not for this person's eyes."""
    one = Enquiry.objects.select_related("application").filter(pk=pk).first()
    if one is None or not may_see(one, user):
        raise Missing
    return one


def own_numbered(number: str, user: User) -> Enquiry:
    """One without a case that the person asked; raises Missing."""
    one = asked_by(user).filter(number=plain(number)).first()
    if one is None:
        raise Missing
    return one


def desk_of(enquiry: Enquiry) -> list[int]:
    """The parties that are told of a question: those who may answer it."""
    return holders(*COMPANY, district=enquiry.district)
