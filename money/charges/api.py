"""Charges over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from applications.queries import case_for
from core.answers import page_of
from core.api import answer_once, body_of, with_version
from core.paging import paged
from deadlines.sweep import settle
from money.charges import answers, queries
from money.charges.actions import CHARGES, charge
from money.charges.models import Charge
from money.charges.serializers import ChargeRequest
from workflow.api import bodies_of, take


@extend_schema(
    methods=["GET"], operation_id="charges_of_case", responses=page_of(answers.ChargeSummary)
)
@extend_schema(methods=["POST"], request=ChargeRequest, responses={201: answers.ChargeMoved})
@api_view(["GET", "POST"])
def of_case(request: Request, number: str) -> Response:
    """List the charges of a case, the oldest first; or enter one by an item of the published
    catalogue."""
    user = user_of(request)
    case = case_for(number, user)
    if request.method == "GET":
        return paged(request, queries.in_case(case), answers.ChargeSummary)
    body = body_of(request)
    settle(case.ref)

    def act() -> tuple[int, Any]:
        one = charge(application=case, body=body, by=user)
        return 201, answers.ChargeMoved.of(one, user)

    response = answer_once(request, act)
    return with_version(response, response.data["version"])


@extend_schema(responses=answers.ChargeAnswer)
@api_view(["GET"])
def one(request: Request, number: str, pk: int) -> Response:
    """One charge."""
    user = user_of(request)
    found = queries.one_for(number, pk, user)
    answer = answers.ChargeAnswer.of(found, user)
    return with_version(Response(answer), found.version)


@extend_schema(request=bodies_of("ChargeAct", Charge), responses=answers.ChargeMoved)
@api_view(["POST"])
def action(request: Request, number: str, pk: int, name: str) -> Response:
    """One step of a charge: withdraw."""
    user = user_of(request)
    return take(
        request,
        CHARGES,
        queries.one_for(number, pk, user),
        name,
        lambda moved: answers.ChargeMoved.of(moved, user),
    )
