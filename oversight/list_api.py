"""Every case and every permit of the districts that one watches over, and what is counted of it."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, Serializer

from accounts.api import user_of
from applications.answers import CaseRow, rows_json
from applications.models import Application
from approvals.answers import PermitAnswer, permits_json
from core.answers import Count, Day, page_of
from core.filters import checked, narrowed, parameters_of
from core.paging import paged
from money.charges.answers import WatchedCharge
from money.charges.queries import NEWEST_FIRST, charged
from oversight import lists
from oversight.figures import COUNTED, Line, figures
from oversight.filters import ChargeFilter, FiguresFilter
from oversight.late import watched
from oversight.lists import WatchedCases, WatchedPermits

COUNT_HELP = "1001 where there are more than 1000; null for what it cannot have"


class LineAnswer(Serializer[Any]):
    code = CharField()
    late = Count(allow_null=True, help_text=COUNT_HELP)
    late_tomorrow = Count(allow_null=True)
    done_in_time = Count(allow_null=True)
    done_late = Count(allow_null=True)

    def to_representation(self, line: Line) -> dict[str, Any]:
        names = ("late", "late_tomorrow", "done_in_time", "done_late")
        counts = zip(names, COUNTED, strict=True)
        return {"code": line.code} | {name: line.counts.get(word) for name, word in counts}


class CaseFigures(Serializer[Any]):
    kind = LineAnswer(many=True)
    state = LineAnswer(many=True)
    district = LineAnswer(many=True)


class PermitFigures(Serializer[Any]):
    bureau = LineAnswer(many=True)
    permit = LineAnswer(many=True)
    district = LineAnswer(many=True)


class FiguresAnswer(Serializer[Any]):
    done_since = Day(source="span.first")
    cases = CaseFigures()
    permits = PermitFigures()


@extend_schema(
    operation_id="oversight_figures",
    responses=FiguresAnswer,
    parameters=[
        OpenApiParameter("district", OpenApiTypes.STR),
        OpenApiParameter("days", OpenApiTypes.STR, description="30, 90 or 365"),
    ],
    tags=["oversight"],
)
@api_view(["GET"])
def figures_now(request: Request) -> Response:
    """What is late now and tomorrow, and what was done in time and late; each figure counts one
    list of `cases/` or `permits/` (`show`), narrowed by the same name."""
    districts = watched(user_of(request))
    narrowed(FiguresFilter, request, Application.objects.none())
    asked = {name: request.query_params.get(name, "") for name in ("district", "days")}
    return Response(FiguresAnswer(figures(districts, **asked)).data)


@extend_schema(
    operation_id="oversight_cases",
    responses=page_of(CaseRow),
    parameters=parameters_of(WatchedCases),
    tags=["oversight"],
)
@api_view(["GET"])
def cases(request: Request) -> Response:
    """List the cases of one's districts; the open ones where nothing else is asked for."""
    user = user_of(request)
    filters = WatchedCases(request.query_params, lists.cases_of(watched(user)))
    return paged(request, checked(filters), lambda rows: rows_json(rows, user), order=filters.order)


@extend_schema(
    operation_id="oversight_permits",
    responses=page_of(PermitAnswer),
    parameters=parameters_of(WatchedPermits),
    tags=["oversight"],
)
@api_view(["GET"])
def permits(request: Request) -> Response:
    """List the permits of one's districts; those that wait for a bureau where nothing else is asked
    for."""
    user = user_of(request)
    filters = WatchedPermits(request.query_params, lists.permits_of(watched(user)))
    return paged(
        request, checked(filters), lambda rows: permits_json(rows, user), order=filters.order
    )


@extend_schema(
    operation_id="oversight_charges",
    responses=page_of(WatchedCharge),
    parameters=parameters_of(ChargeFilter),
    tags=["oversight"],
)
@api_view(["GET"])
def charges(request: Request) -> Response:
    """What cases are charged, newest first; `payee=affiliates` those to affiliates of the supply
    company."""
    found = narrowed(ChargeFilter, request, charged(watched(user_of(request))))
    return paged(request, found, WatchedCharge, order=NEWEST_FIRST)
