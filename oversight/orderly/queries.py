"""Reads of orderly use, and who may read what: plans and executions those who watch and the lead of
the supply company, what a district hands in those who watch over it."""

from typing import Final, TypeVar

from django.db.models import F, Model, Prefetch, QuerySet, Value

from accounts.models import User
from accounts.roles import SUPERVISORS, Role
from core.clock import NEVER, CityNowOnce
from core.problems import Forbidden, Missing
from oversight.orderly.models import CityPlan, DistrictPlan, Execution, HandIn
from oversight.orderly.workflow import DistrictState, ExecutionState, PlanState

M = TypeVar("M", bound=Model)
READERS: Final = (*SUPERVISORS, Role.SUPPLY_LEAD)


def plans(user: User) -> QuerySet[CityPlan]:
    """A draft is the lead agency's. Raises Forbidden: the person reads none."""
    if user.role_in(*READERS) is None:
        raise Forbidden
    found = CityPlan.objects.all()
    if user.role_in(Role.LEAD_AGENCY) is None:
        found = found.filter(state=PlanState.ISSUED)
    return found


def district_plans(user: User) -> QuerySet[DistrictPlan]:
    """Raises Forbidden: the person reads none."""
    if user.role_in(*SUPERVISORS) is None:
        raise Forbidden
    found = DistrictPlan.objects.select_related("plan")
    districts = user.districts(*SUPERVISORS)
    return found if districts is None else found.filter(district__in=sorted(districts))


def executions(user: User) -> QuerySet[Execution]:
    """Raises Forbidden: the person reads none."""
    if user.role_in(*READERS) is None:
        raise Forbidden
    return with_corrections(Execution.objects.all())


def with_corrections(found: QuerySet[Execution]) -> QuerySet[Execution]:
    return found.select_related("plan").prefetch_related("corrections")


def plan_for(pk: int, user: User) -> CityPlan:
    """Raises Missing, Forbidden."""
    return _one(plans(user), pk)


def district_plan_for(pk: int, user: User) -> DistrictPlan:
    """Raises Missing, Forbidden."""
    return _one(district_plans(user), pk)


def execution_for(pk: int, user: User) -> Execution:
    """Raises Missing, Forbidden."""
    return _one(executions(user), pk)


def _one(found: QuerySet[M], pk: int) -> M:
    one = found.filter(pk=pk).first()
    if one is None:
        raise Missing
    return one


# In public


def issued() -> QuerySet[CityPlan]:
    """The newest first."""
    return CityPlan.objects.filter(state=PlanState.ISSUED).order_by("-id")


def issued_one(pk: int) -> CityPlan:
    """Raises Missing."""
    one = issued().filter(pk=pk).first()
    if one is None:
        raise Missing
    return one


def of_districts(plan: CityPlan) -> list[DistrictPlan]:
    """With what was handed in, the oldest round first; two statements."""
    rounds = Prefetch("rounds", HandIn.objects.order_by("round"))
    return list(plan.districts.prefetch_related(rounds).order_by("district"))


def executed(plan: CityPlan) -> QuerySet[Execution]:
    """The newest first."""
    return with_corrections(plan.executions.all()).order_by("-id")


# What is to be done


def to_hand_in() -> QuerySet[DistrictPlan]:
    found = DistrictPlan.objects.filter(state=DistrictState.AWAITED)
    return found.annotate(runs_out=F("late_from")).order_by("runs_out", "id")


def to_judge() -> QuerySet[DistrictPlan]:
    found = DistrictPlan.objects.filter(state=DistrictState.HANDED_IN)
    return found.annotate(runs_out=Value(NEVER))


def to_chase() -> QuerySet[DistrictPlan]:
    """Late ones that nobody has chased in this round."""
    late = DistrictPlan.objects.filter(state=DistrictState.AWAITED, late_from__lte=CityNowOnce())
    return late.filter(chased_at=None).annotate(runs_out=Value(NEVER))


def to_end() -> QuerySet[Execution]:
    found = Execution.objects.filter(state=ExecutionState.RUNNING)
    return found.annotate(runs_out=Value(NEVER))


def on_time(district: DistrictPlan) -> bool | None:
    """Of the first round, which is the one of the city's plan; None: it is not handed in yet, and
    not late."""
    first = next(iter(district.rounds.all()), None)
    if first is not None:
        return first.on_time
    return None
