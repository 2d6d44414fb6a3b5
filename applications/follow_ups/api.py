"""Follow-ups over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.models import User
from accounts.roles import RATING_READERS
from applications.follow_ups import answers, queries
from applications.follow_ups.actions import FOLLOW_UPS
from applications.follow_ups.filters import FollowUpFilter
from applications.follow_ups.models import FollowUp
from applications.follow_ups.queries import FollowUps
from applications.follow_ups.reveal import reveal
from applications.reveal import Identity, Reveal
from core.answers import page_of
from core.api import answer_once, body_of, with_version
from core.filters import narrowed, parameters_of
from core.paging import paged
from deadlines.sweep import settle
from workflow.api import bodies_of, take


def readable(user: User) -> FollowUps:
    """By one of the staff those of a district; by everybody else those of the own ratings."""
    staff = user.role_in(*RATING_READERS) is not None
    return queries.watched(user) if staff else queries.own(user)


@extend_schema(
    operation_id="follow_ups_list",
    responses=page_of(answers.FollowUpRow),
    parameters=parameters_of(FollowUpFilter),
)
@api_view(["GET"])
def follow_ups(request: Request) -> Response:
    """List the follow-ups of low ratings that one may read, newest first."""
    return paged(
        request,
        narrowed(FollowUpFilter, request, readable(user_of(request))),
        answers.FollowUpRow.listed,
    )


@extend_schema(responses=answers.FollowUpAnswer)
@api_view(["GET"])
def follow_up(request: Request, pk: int) -> Response:
    """One follow-up, for whoever gave the rating and for those who read it."""
    user = user_of(request)
    one = queries.one_for(pk, user)
    return with_version(Response(answers.FollowUpAnswer.of(one, user)), one.version)


@extend_schema(request=bodies_of("FollowUpAct", FollowUp), responses=answers.FollowUpMoved)
@api_view(["POST"])
def action(request: Request, pk: int, name: str) -> Response:
    """One step of a follow-up: attempt, close."""
    user = user_of(request)
    return take(
        request,
        FOLLOW_UPS,
        queries.one_for(pk, user),
        name,
        lambda moved: answers.FollowUpMoved.of(moved, user),
    )


@extend_schema(request=Reveal, responses=Identity)
@api_view(["POST"])
def identity(request: Request, pk: int) -> Response:
    """Whom to call, in full, for a reason that the record keeps."""
    user = user_of(request)
    one = queries.one_for(pk, user)
    settle(one.ref)

    def act() -> tuple[int, Any]:
        reveal(one, body_of(request), by=user)
        return 200, {}  # what is kept for whoever repeats it holds nothing personal

    answer_once(request, act)
    return Response(Identity(one.application).data)
