"""What the company spent on a case, over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from applications.queries import case_for
from core.answers import Exact
from core.api import answer_once, body_of
from core.paging import paged
from money.investments import actions, queries
from money.investments.serializers import InvestmentAnswer, NewInvestment, Reversal

PAGE = inline_serializer(
    "InvestmentAnswerPage",
    {
        "results": InvestmentAnswer(many=True),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "total_yuan": Exact(help_text="Of every line of the case."),
    },
)


@extend_schema(methods=["GET"], operation_id="investments_of_case", responses=PAGE)
@extend_schema(
    methods=["POST"],
    operation_id="investments_enter",
    request=NewInvestment,
    responses={201: InvestmentAnswer},
)
@api_view(["GET", "POST"])
def investments(request: Request, number: str) -> Response:
    """List what the company spent on a case, the newest line first; or enter a sum."""
    user = user_of(request)
    case = case_for(number, user)
    if request.method == "GET":
        answer = paged(request, queries.lines_of(case), InvestmentAnswer)
        answer.data["total_yuan"] = str(queries.total_of(case))
        return answer

    def act() -> tuple[int, Any]:
        row = actions.spend(application=case, body=body_of(request), by=user)
        return 201, InvestmentAnswer(row).data

    return answer_once(request, act)


@extend_schema(
    operation_id="investments_reverse", request=Reversal, responses={201: InvestmentAnswer}
)
@api_view(["POST"])
def reversing(request: Request, number: str, line: int) -> Response:
    """Reverse a wrong line by another one of the opposite amount."""
    case = case_for(number, user_of(request))

    def act() -> tuple[int, Any]:
        row = actions.reverse(
            application=case, number=line, body=body_of(request), by=user_of(request)
        )
        return 201, InvestmentAnswer(row).data

    return answer_once(request, act)
