"""Outages over HTTP, for the supply company and those who watch; the public's are in disclosure."""

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
from reliability.outages import answers, queries
from reliability.outages.actions import OUTAGES, enter
from reliability.outages.bodies import NewOutage
from reliability.outages.filters import OutageFilter
from reliability.outages.models import Outage
from reliability.who import OPERATOR
from workflow.api import bodies_of, take


@extend_schema(
    methods=["GET"],
    operation_id="outages_list",
    responses=page_of(answers.OutageAnswer),
    parameters=parameters_of(OutageFilter),
)
@extend_schema(methods=["POST"], request=NewOutage, responses={201: answers.OutageWhole})
@api_view(["GET", "POST"])
def outages(request: Request) -> Response:
    """List the outages of one's districts, newest first; or announce one, or report one that has
    begun: then its body has no plan, and the power went off at this instant."""
    user = user_of(request)
    if request.method == "GET":
        found = narrowed(OutageFilter, request, queries.at_desk(user))
        return paged(request, found, answers.OutageAnswer, order=("-begins_at", "-id"))
    if user.role_in(*queries.READERS) is None:
        raise Forbidden(OPERATOR["refusal"])

    def act() -> tuple[int, Any]:
        one = enter(body=body_of(request), by=user)
        return 201, answers.OutageWhole.of(one, user)

    return answer_once(request, act)


@extend_schema(responses=answers.OutageWhole)
@api_view(["GET"])
def outage(request: Request, number: str) -> Response:
    """One outage with what is switched off, and what one can do."""
    user = user_of(request)
    one = queries.numbered(number, user)
    return with_version(Response(answers.OutageWhole.of(one, user)), one.version)


@extend_schema(request=bodies_of("OutageAct", Outage), responses=answers.OutageWhole)
@api_view(["POST"])
def action(request: Request, number: str, name: str) -> Response:
    """One step of an outage: change, cancel, start, locate, send_crew, repair, estimate, restore,
    correct."""
    user = user_of(request)
    return take(
        request,
        OUTAGES,
        queries.numbered(number, user),
        name,
        lambda moved: answers.OutageWhole.of(moved, user),
    )
