"""Rentals over HTTP. Units, their prices and free days: `GET /api/v1/disclosure/rental/`."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.roles import COMPANY
from applications.queries import case_for
from applications.rentals import answers, queries
from applications.rentals.actions import RENTALS
from applications.rentals.filters import RentalFilter
from applications.rentals.models import Rental
from applications.rentals.serializers import NewRental
from core.answers import page_of
from core.api import answer_once, body_of, with_version
from core.filters import narrowed, parameters_of
from core.paging import CursorPages, paged
from core.problems import Forbidden
from deadlines.sweep import settle
from workflow.api import bodies_of, take


@extend_schema(
    operation_id="rentals_list",
    parameters=parameters_of(RentalFilter),
    responses=page_of(answers.RentalSummary),
)
@api_view(["GET"])
def rentals(request: Request) -> Response:
    """Rentals in the districts of somebody of the supply company, the newest first."""
    user = user_of(request)
    if user.role_in(*COMPANY) is None:
        raise Forbidden(_("Only the supply company has a list of its rentals."))
    return paged(
        request, narrowed(RentalFilter, request, queries.at_desk(user)), answers.RentalSummary
    )


@extend_schema(
    methods=["GET"],
    operation_id="rentals_of_case",
    responses=page_of(answers.RentalSummary),
)
@extend_schema(
    methods=["POST"],
    operation_id="rentals_ask",
    request=NewRental,
    responses={
        201: answers.RentalMoved,
        409: OpenApiResponse(
            description="`days-taken`: `winner` says when somebody else asked, `free` has the "
            "ranges of days that are left."
        ),
    },
)
@api_view(["GET", "POST"])
def of_case(request: Request, number: str) -> Response:
    """List the rentals of a case, the newest first; or ask for a unit on days that are free."""
    user = user_of(request)
    case = case_for(number, user)
    if request.method == "GET":
        pages = CursorPages()
        rows = pages.paginate_queryset(queries.in_case(case), request) or []
        for one in rows:
            one.application = case
        return pages.get_paginated_response(answers.RentalSummary(rows, many=True).data)
    body = dict(body_of(request))
    settle(case.ref)

    def act() -> tuple[int, Any]:
        one = RENTALS.perform(Rental(application=case), "ask", by=user, body=body)
        return 201, answers.RentalMoved.of(one, user)

    response = answer_once(request, act)
    return with_version(response, response.data["version"])


@extend_schema(responses=answers.RentalAnswer)
@api_view(["GET"])
def rental(request: Request, number: str, pk: int) -> Response:
    """One rental."""
    user = user_of(request)
    one = queries.one_for(number, pk, user)
    answer = answers.RentalAnswer.of(one, user)
    return with_version(Response(answer), one.version)


@extend_schema(request=bodies_of("RentalAct", Rental), responses=answers.RentalMoved)
@api_view(["POST"])
def action(request: Request, number: str, pk: int, name: str) -> Response:
    """One step of a rental: confirm, decline, hand_over, take_back, cancel, withdraw."""
    user = user_of(request)
    return take(
        request,
        RENTALS,
        queries.one_for(number, pk, user),
        name,
        lambda moved: answers.RentalMoved.of(moved, user),
    )
