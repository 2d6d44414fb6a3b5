"""Orderly use over HTTP: each view is one action or one query."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from core.answers import page_of
from core.api import answer_once, body_of, with_version
from core.filters import CURSOR
from core.paging import paged
from oversight.orderly import answers, bodies, queries
from oversight.orderly.actions import DISTRICTS, EXECUTIONS, PLANS, begin, draft
from oversight.orderly.models import CityPlan, DistrictPlan, Execution
from workflow.api import bodies_of, take

TAGS = ["orderly-use"]


def listed(request: Request, found: Any, row: Any) -> Response:
    return paged(request, found, lambda rows: row(rows, many=True, context={"user": None}).data)


@extend_schema(
    methods=["GET"],
    operation_id="orderly_plans_list",
    responses=page_of(answers.PlanRow),
    parameters=CURSOR,
    tags=TAGS,
)
@extend_schema(
    methods=["POST"], request=bodies.CityPlanBody, responses={201: answers.PlanMoved}, tags=TAGS
)
@api_view(["GET", "POST"])
def plans(request: Request) -> Response:
    """List the plans of the city, newest first; or draft one."""
    user = user_of(request)
    if request.method == "POST":

        def act() -> tuple[int, Any]:
            return 201, answers.PlanMoved.of(draft(body=body_of(request), by=user), user)

        return answer_once(request, act)
    return listed(request, queries.plans(user), answers.PlanRow)


@extend_schema(responses=answers.PlanMoved, tags=TAGS)
@api_view(["GET"])
def plan(request: Request, pk: int) -> Response:
    """One plan of the city, and what can be done."""
    user = user_of(request)
    one = queries.plan_for(pk, user)
    return with_version(Response(answers.PlanMoved.of(one, user)), one.version)


@extend_schema(
    request=bodies_of("OrderlyPlanAct", CityPlan), responses=answers.PlanMoved, tags=TAGS
)
@api_view(["POST"])
def plan_action(request: Request, pk: int, name: str) -> Response:
    """One step of a plan: change, issue."""
    user = user_of(request)
    one = queries.plan_for(pk, user)
    return take(request, PLANS, one, name, lambda moved: answers.PlanMoved.of(moved, user))


@extend_schema(
    operation_id="orderly_districts_list",
    responses=page_of(answers.DistrictRow),
    parameters=CURSOR,
    tags=TAGS,
)
@api_view(["GET"])
def district_plans(request: Request) -> Response:
    """List what districts have to hand in or handed in, newest first."""
    found = queries.district_plans(user_of(request)).prefetch_related("rounds")
    return listed(request, found, answers.DistrictRow)


@extend_schema(responses=answers.DistrictWhole, tags=TAGS)
@api_view(["GET"])
def district_plan(request: Request, pk: int) -> Response:
    """One plan of a district, every round of it, and when it was chased."""
    user = user_of(request)
    one = queries.district_plan_for(pk, user)
    return with_version(Response(answers.DistrictWhole.of(one, user)), one.version)


@extend_schema(
    request=bodies_of("OrderlyDistrictAct", DistrictPlan),
    responses=answers.DistrictMoved,
    tags=TAGS,
)
@api_view(["POST"])
def district_action(request: Request, pk: int, name: str) -> Response:
    """One step: hand_in, accept, give_back, chase."""
    user = user_of(request)
    one = queries.district_plan_for(pk, user)
    return take(request, DISTRICTS, one, name, lambda moved: answers.DistrictMoved.of(moved, user))


@extend_schema(
    methods=["GET"],
    operation_id="orderly_executions_list",
    responses=page_of(answers.ExecutionRow),
    parameters=CURSOR,
    tags=TAGS,
)
@extend_schema(
    methods=["POST"],
    request=bodies.ExecutionBody,
    responses={201: answers.ExecutionMoved},
    tags=TAGS,
)
@api_view(["GET", "POST"])
def executions(request: Request) -> Response:
    """List what was carried out, newest first; or begin now."""
    user = user_of(request)
    if request.method == "POST":

        def act() -> tuple[int, Any]:
            return 201, answers.ExecutionMoved.of(begin(body=body_of(request), by=user), user)

        return answer_once(request, act)
    return listed(request, queries.executions(user), answers.ExecutionRow)


@extend_schema(responses=answers.ExecutionMoved, tags=TAGS)
@api_view(["GET"])
def execution(request: Request, pk: int) -> Response:
    """One execution, with what was corrected."""
    user = user_of(request)
    one = queries.execution_for(pk, user)
    return with_version(Response(answers.ExecutionMoved.of(one, user)), one.version)


@extend_schema(
    request=bodies_of("OrderlyExecutionAct", Execution),
    responses=answers.ExecutionMoved,
    tags=TAGS,
)
@api_view(["POST"])
def execution_action(request: Request, pk: int, name: str) -> Response:
    """One step: end, correct."""
    user = user_of(request)
    one = queries.execution_for(pk, user)
    moved = answers.ExecutionMoved
    return take(request, EXECUTIONS, one, name, lambda now: moved.of(now, user))
