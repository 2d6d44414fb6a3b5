"""Patrols and defects over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from core.answers import page_of
from core.api import answer_once, body_of, with_version
from core.filters import narrowed, parameters_of
from core.paging import paged
from core.problems import Forbidden
from reliability.patrols import answers, queries
from reliability.patrols.actions import DEFECTS, PATROLS, register_patrol, report_defect
from reliability.patrols.bodies import NewDefect, NewPatrol
from reliability.patrols.filters import DefectFilter, PatrolFilter
from reliability.patrols.models import Defect, Patrol
from reliability.records import READERS, one_of
from reliability.who import LEAD, OPERATOR
from workflow.api import bodies_of, take


@extend_schema(
    methods=["GET"],
    operation_id="patrols_list",
    responses=page_of(answers.PatrolAnswer),
    parameters=parameters_of(PatrolFilter),
)
@extend_schema(methods=["POST"], request=NewPatrol, responses={201: answers.PatrolWhole})
@api_view(["GET", "POST"])
def patrols(request: Request) -> Response:
    """List the patrols of one's districts, what is due first; or register one."""
    user = user_of(request)
    if request.method == "GET":
        found = narrowed(PatrolFilter, request, queries.patrols(user))
        return paged(request, found, answers.PatrolAnswer, order=Patrol.ORDER)
    if user.role_in(*READERS) is None:
        raise Forbidden(LEAD["refusal"])

    def act() -> tuple[int, Any]:
        return 201, answers.PatrolWhole.of(register_patrol(body=body_of(request), by=user), user)

    return answer_once(request, act)


@extend_schema(responses=answers.PatrolWhole)
@api_view(["GET"])
def patrol(request: Request, pk: int) -> Response:
    """One patrol, and what one can do."""
    user = user_of(request)
    one = one_of(queries.patrols(user), pk)
    return with_version(Response(answers.PatrolWhole.of(one, user)), one.version)


@extend_schema(request=bodies_of("PatrolAct", Patrol), responses=answers.PatrolWhole)
@api_view(["POST"])
def patrol_action(request: Request, pk: int, name: str) -> Response:
    """One step of a patrol: change, clear (nothing found), find (a defect), end."""
    user = user_of(request)
    one = one_of(queries.patrols(user), pk)
    return take(request, PATROLS, one, name, lambda moved: answers.PatrolWhole.of(moved, user))


@extend_schema(
    methods=["GET"],
    operation_id="defects_list",
    responses=page_of(answers.DefectAnswer),
    parameters=parameters_of(DefectFilter),
)
@extend_schema(methods=["POST"], request=NewDefect, responses={201: answers.DefectWhole})
@api_view(["GET", "POST"])
def defects(request: Request) -> Response:
    """List the defects of one's districts by the day on which they are to be mended; or report
    one."""
    user = user_of(request)
    if request.method == "GET":
        found = narrowed(DefectFilter, request, queries.defects(user))
        return paged(request, found, answers.DefectAnswer, order=Defect.ORDER)
    if user.role_in(*READERS) is None:
        raise Forbidden(OPERATOR["refusal"])

    def act() -> tuple[int, Any]:
        return 201, answers.DefectWhole.of(report_defect(body=body_of(request), by=user), user)

    return answer_once(request, act)


@extend_schema(responses=answers.DefectWhole)
@api_view(["GET"])
def defect(request: Request, pk: int) -> Response:
    """One defect, the outages that it led to, and what one can do."""
    user = user_of(request)
    one = one_of(queries.defects(user), pk)
    return with_version(Response(answers.DefectWhole.of(one, user)), one.version)


@extend_schema(request=bodies_of("DefectAct", Defect), responses=answers.DefectWhole)
@api_view(["POST"])
def defect_action(request: Request, pk: int, name: str) -> Response:
    """One step of a defect: order_works, mend."""
    user = user_of(request)
    one = one_of(queries.defects(user), pk)
    return take(request, DEFECTS, one, name, lambda moved: answers.DefectWhole.of(moved, user))
