"""Advice over HTTP; asking for it is of a case, and so in `applications.advice.api`."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from approvals.advice import answers, queries
from approvals.advice.actions import ADVICE
from approvals.advice.filters import AdviceFilter
from approvals.advice.models import Advice
from approvals.advice.reading import given_before
from approvals.queries import permit_for
from core.answers import page_of
from core.api import with_version
from core.filters import narrowed, parameters_of
from core.paging import paged
from workflow.api import bodies_of, take


@extend_schema(
    operation_id="advice_list",
    responses=page_of(answers.AdviceRow),
    parameters=parameters_of(AdviceFilter),
    tags=["advice"],
)
@api_view(["GET"])
def advices(request: Request) -> Response:
    """List the requests for advice that one may read, newest first: those of one's bureau, or of
    the districts of the supply company."""
    return paged(
        request,
        narrowed(AdviceFilter, request, Advice.objects.all()),
        answers.AdviceRow,
        ways=queries.ways(user_of(request)),
    )


@extend_schema(responses=answers.AdviceAnswer, tags=["advice"])
@api_view(["GET"])
def advice(request: Request, pk: int) -> Response:
    """One request with its answer, and the line as it was when asked about."""
    user = user_of(request)
    one = queries.one_for(user, pk)
    answer = answers.AdviceAnswer.of(one, user)
    return with_version(Response(answer), one.version)


@extend_schema(
    request=bodies_of("AdviceAct", Advice), responses=answers.AdviceMoved, tags=["advice"]
)
@api_view(["POST"])
def action(request: Request, pk: int, name: str) -> Response:
    """Give the advice, or withdraw the request: answer, withdraw."""
    user = user_of(request)
    return take(
        request,
        ADVICE,
        queries.one_for(user, pk),
        name,
        lambda moved: answers.AdviceMoved.of(moved, user),
    )


@extend_schema(responses=answers.GivenAnswer(many=True), tags=["permits"])
@api_view(["GET"])
def given(request: Request, pk: int) -> Response:
    """What was advised about the line before the set of this permit was applied for."""
    permit = permit_for(user_of(request), pk)
    return Response(answers.GivenAnswer(given_before(permit), many=True).data)
