"""Reads of enquiries, and who may read one: whoever may read the case."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.mandates import Right
from accounts.models import User
from accounts.queries import holders
from accounts.roles import CASE_READERS, COMPANY, COUNTER
from applications.enquiries.models import Enquiry
from applications.enquiries.workflow import EnquiryState
from applications.queries import may_see
from applications.who import of_parties
from core.problems import Missing
from core.ways import EVERYTHING, any_of
from deadlines.models import Clock
from deadlines.queries import in_order_of_time_left, own_clocks, was_late

KIND: Final = Clock.Kind.ENQUIRY
NEWEST_FIRST: Final = ("-id",)
Enquiries = QuerySet[Enquiry]


def watched(user: User) -> Enquiries:
    """Those that somebody reads as one of the staff who read the cases of a district."""
    districts = user.districts(*CASE_READERS)
    place = EVERYTHING if districts is None else Q(district__in=sorted(districts))
    return Enquiry.objects.filter(place).select_related("application")


def own(user: User) -> Enquiries:
    """About the person's own cases, and at a counter those of the office."""
    offices = user.organisations(*COUNTER)
    mine = any_of(
        [
            *of_parties(user, Right.READ, "application__"),
            *(Q(application__office=office) for office in sorted(set(offices))),
        ]
    )
    return Enquiry.objects.filter(mine).select_related("application")


def one_for(pk: int, user: User) -> Enquiry:
    """Raises Missing: there is none, or it is not for this person's eyes."""
    one = Enquiry.objects.select_related("application").filter(pk=pk).first()
    if one is None or not may_see(one.application, user):
        raise Missing
    return one


def desk_of(enquiry: Enquiry) -> list[int]:
    """The parties that are told of a question: those who may answer it."""
    return holders(*COMPANY, district=enquiry.district)


def opened(found: Enquiries) -> Enquiries:
    return found.filter(state=EnquiryState.OPEN)


def late(found: Enquiries) -> Enquiries:
    """Those that are or were late, by the instant only."""
    return found.filter(was_late(KIND))


def by_time_left(found: Enquiries) -> Enquiries:
    return in_order_of_time_left(found, KIND)


def clocks_of(found: Iterable[Enquiry]) -> Mapping[UUID, Clock]:
    return own_clocks(found, KIND)
