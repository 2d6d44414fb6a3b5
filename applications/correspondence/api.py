"""Calls and messages over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from applications.correspondence import serializers as bodies
from applications.correspondence.actions import (
    NOT_YOURS,
    desk_role,
    enter_attempt,
    settle_messages,
    write,
)
from applications.correspondence.events import PHONE_SHOWN
from applications.correspondence.models import Attempt
from applications.correspondence.queries import messages_of, reads_messages
from applications.queries import case_for
from applications.reveal import reveal
from core.answers import page_of
from core.api import answer_once, body_of
from core.paging import paged
from core.problems import Forbidden
from deadlines.sweep import settle


@extend_schema(
    methods=["GET"], operation_id="case_messages_list", responses=page_of(bodies.MessageRow)
)
@extend_schema(methods=["POST"], request=bodies.NewMessage, responses={201: bodies.MessageMade})
@api_view(["GET", "POST"])
def case_messages(request: Request, number: str) -> Response:
    """List the messages about a case, the newest first; or write one, from the side on which one
    stands: the applicant's, or that of whoever works on the case."""
    user = user_of(request)
    case = case_for(number, user)
    if request.method == "GET":
        if not reads_messages(case, user):
            raise Forbidden(NOT_YOURS)
        return paged(request, messages_of(case), bodies.MessageRow)
    settle(case.ref)

    def act() -> tuple[int, Any]:
        message = write(application=case, body=body_of(request), by=user)
        return 201, bodies.MessageMade(message).data

    return answer_once(request, act)


@extend_schema(request=None, responses={204: None})
@api_view(["POST"])
def settle_case_messages(request: Request, number: str) -> Response:
    """Note that what the applicant wrote last needs no answer."""
    user = user_of(request)
    case = case_for(number, user)
    settle(case.ref)

    def act() -> tuple[int, Any]:
        settle_messages(application=case, by=user)
        return 204, None

    return answer_once(request, act)


@extend_schema(
    methods=["GET"], operation_id="case_calls_list", responses=page_of(bodies.AttemptRow)
)
@extend_schema(methods=["POST"], request=bodies.NewAttempt, responses={201: bodies.AttemptMade})
@api_view(["GET", "POST"])
def case_calls(request: Request, number: str) -> Response:
    """List the calls to the applicant of a case, the newest first; or enter one."""
    user = user_of(request)
    case = case_for(number, user)
    if request.method == "GET":
        desk_role(case, user)
        return paged(request, Attempt.objects.of_case(case), bodies.AttemptRow)
    settle(case.ref)

    def act() -> tuple[int, Any]:
        attempt = enter_attempt(application=case, body=body_of(request), by=user)
        return 201, bodies.AttemptMade(attempt).data

    return answer_once(request, act)


@extend_schema(request=bodies.CallReason, responses=bodies.Phone)
@api_view(["POST"])
def case_phone(request: Request, number: str) -> Response:
    """The number under which the applicant is reached, in full, for a reason that is recorded."""
    user = user_of(request)
    case = case_for(number, user)
    settle(case.ref)

    def act() -> tuple[int, Any]:
        desk_role(case, user)
        reveal(application=case, body=body_of(request), by=user, kind=PHONE_SHOWN)
        return 200, {}  # what is kept for whoever repeats it holds nothing personal

    answer_once(request, act)
    return Response(bodies.Phone(case).data)
