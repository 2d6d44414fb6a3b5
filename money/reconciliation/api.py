"""Differences and bills over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from core.answers import page_of
from core.api import answer_once, body_of
from core.filters import CURSOR, narrowed, parameters_of
from core.paging import paged
from core.problems import Forbidden
from money.reconciliation import queries
from money.reconciliation.actions import explain
from money.reconciliation.filters import DifferenceFilter
from money.reconciliation.serializers import BillAnswer, DifferenceAnswer, DifferenceExplanation


def must_read(request: Request) -> None:
    """Raises Forbidden."""
    if user_of(request).role_in(*queries.READERS) is None:
        raise Forbidden


@extend_schema(
    operation_id="reconciliation_differences",
    responses=page_of(DifferenceAnswer),
    parameters=parameters_of(DifferenceFilter),
)
@api_view(["GET"])
def differences(request: Request) -> Response:
    """List what providers and we do not have alike, newest first."""
    must_read(request)
    return paged(
        request,
        narrowed(DifferenceFilter, request, queries.seen_by(user_of(request), *queries.READERS)),
        DifferenceAnswer,
    )


@extend_schema(operation_id="reconciliation_difference", responses=DifferenceAnswer)
@api_view(["GET"])
def difference(request: Request, pk: int) -> Response:
    """One difference."""
    must_read(request)
    return Response(DifferenceAnswer(queries.one_for(pk, user_of(request))).data)


@extend_schema(request=DifferenceExplanation, responses=DifferenceAnswer)
@api_view(["POST"])
def explained(request: Request, pk: int) -> Response:
    """Close a difference by words, which the record keeps."""
    must_read(request)
    user = user_of(request)
    one = queries.one_for(pk, user)

    def act() -> tuple[int, Any]:
        return 200, DifferenceAnswer(explain(one, body_of(request), by=user)).data

    return answer_once(request, act)


@extend_schema(
    operation_id="reconciliation_bills", responses=page_of(BillAnswer), parameters=CURSOR
)
@api_view(["GET"])
def bills(request: Request) -> Response:
    """List the days of providers, the newest first: which bill is here, and which is not."""
    must_read(request)
    return paged(request, queries.bills(), BillAnswer, order=queries.DAYS_FIRST)
