"""Reads of enquiries, and who may read one: whoever may read the case."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.mandates import Right
from accounts.models import User
from accounts.queries import holders
from accounts.roles import CASE_READERS, COMPANY, COUNTER
from applications.enquiries.models import Enquiry
from applications.enquiries.workflow import EnquiryState
from applications.queries import may_see
from applications.who import of_parties
from core.clock import NEVER
from core.problems import Missing
from core.ways import EVERYTHING, any_of
from deadlines.models import Clock

KIND: Final = Clock.Kind.ENQUIRY
#: Open ones: what runs out first stands first.
BY_TIME_LEFT: Final = ("runs_out", "id")
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
    return found.filter(Exists(Clock.objects.filter(case_ref=OuterRef("ref"), kind=KIND).late()))


def by_time_left(found: Enquiries) -> Enquiries:
    """By the first late instant of the clock that runs, annotated as `runs_out`."""
    running = Clock.objects.filter(case_ref=OuterRef("ref"), kind=KIND, state=Clock.State.RUNNING)
    first = Subquery(running.values("late_from")[:1])
    return found.annotate(runs_out=Coalesce(first, Value(NEVER))).order_by(*BY_TIME_LEFT)


def clocks_of(found: Iterable[Enquiry]) -> Mapping[UUID, Clock]:
    """By the enquiry's reference, in one query."""
    refs = [each.ref for each in found]
    return {clock.case_ref: clock for clock in Clock.objects.filter(case_ref__in=refs, kind=KIND)}
