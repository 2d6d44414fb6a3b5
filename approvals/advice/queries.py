"""Reads of advice: what waits for a bureau, what a case has, and who opens the files."""

from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import COMPANY, Role
from approvals.advice.models import Advice
from approvals.advice.workflow import AdviceState
from approvals.models import Permit
from approvals.queries import ways_to_decide
from approvals.workflow import officer
from core.problems import Missing
from core.ways import EVERYTHING, any_of

Advices = QuerySet[Advice]
#: In which the bureau reads the line: a request that has ended without an answer is none of its.
SHOWN = frozenset({AdviceState.ASKED, AdviceState.ANSWERED})
BY_ASKING = ("asked_at", "id")


def at_desk(user: User) -> Advices:
    """What the person's bureaus were asked."""
    return Advice.objects.filter(any_of(ways_to_decide(user)))


def waiting(found: Advices) -> Advices:
    return found.filter(state=AdviceState.ASKED)


def ways(user: User) -> list[Q]:
    """By which of them a person reads an advice: the bureau, and the company that asks."""
    districts = user.districts(*COMPANY)
    if districts is None:
        return [EVERYTHING]
    there = [Q(district__in=sorted(districts))] if districts else []
    return [*ways_to_decide(user), *there]


def one_of(found: Advices, pk: int) -> Advice:
    """Raises Missing: there is none, or it is not for this person's eyes."""
    advice = found.filter(pk=pk).first()
    if advice is None:
        raise Missing
    return advice


def one_for(user: User, pk: int) -> Advice:
    """Raises Missing."""
    return one_of(Advice.objects.filter(any_of(ways(user))), pk)


def of_case(case_ref: UUID) -> Advices:
    return Advice.objects.filter(case_ref=case_ref)


def before(permit: Permit) -> list[Advice]:
    """What was advised before the set of a permit was applied for, the newest first."""
    given = of_case(permit.case_ref).filter(state=AdviceState.ANSWERED)
    return list(given.filter(ended_at__lte=permit.round.opened_at).order_by("-id"))


def opens_as(pk: int, user: User) -> Role | None:
    """By which role somebody opens the files of an advice."""
    advice = Advice.objects.get(pk=pk)
    shown = officer(advice, user) if advice.state in SHOWN else None
    return shown or user.role_in(*COMPANY, district=advice.district)
