"""Asking for advice over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from applications.advice import actions
from applications.packages.api import of_company
from approvals.advice import answers
from approvals.advice.queries import of_case
from approvals.advice.serializers import AskAdvice
from core.answers import page_of
from core.api import answer_once, body_of, version_of, with_version
from core.paging import paged
from deadlines.sweep import settle


@extend_schema(
    methods=["GET"],
    operation_id="advice_of_case",
    responses=page_of(answers.AdviceRow),
    tags=["line-works"],
)
@extend_schema(
    methods=["POST"],
    operation_id="advice_ask",
    request=AskAdvice,
    responses={201: answers.AdviceMoved},
    tags=["line-works"],
)
@api_view(["GET", "POST"])
def advices(request: Request, number: str) -> Response:
    """List what was asked about the line of a case before it was applied for, the newest first; or
    ask about the package as it is prepared now. `If-Match`: its version, as it was read."""
    user = user_of(request)
    case = of_company(number, user)
    if request.method == "GET":
        return paged(request, of_case(case.ref), answers.AdviceRow)
    settle(case.ref)

    def act() -> tuple[int, Any]:
        one = actions.ask(
            application=case, body=body_of(request), by=user, version=version_of(request)
        )
        return 201, answers.AdviceMoved.of(one, user)

    response = answer_once(request, act)
    return with_version(response, response.data["version"])
