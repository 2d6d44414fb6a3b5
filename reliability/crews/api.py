"""Repair crews over HTTP."""

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
from reliability.crews import answers
from reliability.crews.actions import CREWS, register
from reliability.crews.bodies import NewCrew
from reliability.crews.filters import CrewFilter
from reliability.crews.models import RepairCrew
from reliability.records import READERS, at_desk, one_of
from reliability.who import LEAD
from workflow.api import bodies_of, take


@extend_schema(
    methods=["GET"],
    operation_id="repair_crews_list",
    responses=page_of(answers.CrewAnswer),
    parameters=parameters_of(CrewFilter),
)
@extend_schema(methods=["POST"], request=NewCrew, responses={201: answers.CrewWhole})
@api_view(["GET", "POST"])
def crews(request: Request) -> Response:
    """List the repair crews of one's districts, by district and code; or register one."""
    user = user_of(request)
    if request.method == "GET":
        found = narrowed(CrewFilter, request, at_desk(RepairCrew, user))
        return paged(request, found, answers.CrewAnswer, order=RepairCrew.ORDER)
    if user.role_in(*READERS) is None:
        raise Forbidden(LEAD["refusal"])

    def act() -> tuple[int, Any]:
        return 201, answers.CrewWhole.of(register(body=body_of(request), by=user), user)

    return answer_once(request, act)


@extend_schema(responses=answers.CrewWhole)
@api_view(["GET"])
def crew(request: Request, pk: int) -> Response:
    """One repair crew, and what one can do."""
    user = user_of(request)
    one = one_of(at_desk(RepairCrew, user), pk)
    return with_version(Response(answers.CrewWhole.of(one, user)), one.version)


@extend_schema(request=bodies_of("RepairCrewAct", RepairCrew), responses=answers.CrewWhole)
@api_view(["POST"])
def action(request: Request, pk: int, name: str) -> Response:
    """One step of a repair crew: change, end."""
    user = user_of(request)
    one = one_of(at_desk(RepairCrew, user), pk)
    return take(request, CREWS, one, name, lambda moved: answers.CrewWhole.of(moved, user))
