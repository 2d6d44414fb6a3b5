from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.models import User
from accounts.roles import LEADS, SUPERVISORS
from core.answers import page_of
from core.api import answer_once, body_of, with_version
from core.clock import city_now
from core.filters import CURSOR, checked, narrowed, parameters_of
from core.paging import paged
from core.parsers import JsonBody
from core.problems import Forbidden
from deadlines.models import Clock
from oversight import answers, findings, loaded, queries
from oversight import explained as explained_now
from oversight import homes as homes_now
from oversight import late as passed
from oversight.actions import FINDINGS, ORDERS, issue
from oversight.filters import DistrictFilter, FindingFilter, LateFilter, OrderFilter
from oversight.forms import LoadedFilter
from oversight.models import Finding, RectificationOrder
from oversight.serializers import NewOrder, SaidWithFiles
from workflow.api import take
from workflow.machine import Machine, acts_of


def body_of_step(name: str, machine: Machine) -> dict[str, Any]:
    taken = [said.body for said in acts_of(machine).values() if said.who]
    return {
        "application/json": PolymorphicProxySerializer(name, taken, None),
        "multipart/form-data": SaidWithFiles,
    }


# Findings


def reader_of(request: Request) -> User:
    """Raises Forbidden: neither watching over a district nor the lead of an addressee."""
    user = user_of(request)
    if user.role_in(*SUPERVISORS, *LEADS) is None:
        raise Forbidden
    return user


def finding_of(request: Request, number: str) -> Finding:
    return queries.one_of(queries.readable(Finding, reader_of(request)), number)


@extend_schema(
    operation_id="signals_list",
    responses=page_of(answers.FindingRow),
    parameters=parameters_of(FindingFilter),
    tags=["signals"],
)
@api_view(["GET"])
def finding_list(request: Request) -> Response:
    """List the signs of work outside the system that one may read, newest first."""
    return paged(
        request,
        narrowed(FindingFilter, request, queries.readable(Finding, reader_of(request))),
        answers.FindingRow,
    )


@extend_schema(responses=answers.FindingAnswer, tags=["signals"])
@api_view(["GET"])
def finding(request: Request, number: str) -> Response:
    """One signal as the person may read it."""
    found = finding_of(request, number)
    answer = answers.answer_of(answers.FindingAnswer, found, user_of(request))
    return with_version(Response(answer), found.version)


@extend_schema(
    operation_id="signals_entries",
    responses=page_of(answers.EntryAnswer),
    parameters=CURSOR,
    tags=["signals"],
)
@api_view(["GET"])
def entries(request: Request, number: str) -> Response:
    """List the entries of the record behind a signal, oldest first."""
    user = user_of(request)
    return paged(
        request,
        findings.evidence_of(finding_of(request, number)),
        lambda rows: answers.EntryAnswer(findings.proofs(rows, user), many=True).data,
        order=findings.ENTRY_ORDER,
    )


@extend_schema(
    request=body_of_step("FindingStep", Finding), responses=answers.FindingMoved, tags=["signals"]
)
@api_view(["POST"])
@parser_classes([JsonBody, MultiPartParser])
def finding_action(request: Request, number: str, action: str) -> Response:
    """One step of a signal: explain, accept, confirm, order."""
    user = user_of(request)
    return take(
        request,
        FINDINGS,
        finding_of(request, number),
        action,
        lambda moved: answers.answer_of(answers.FindingMoved, moved, user),
    )


# Orders


@extend_schema(
    methods=["GET"],
    operation_id="orders_list",
    responses=page_of(answers.OrderRow),
    parameters=parameters_of(OrderFilter),
    tags=["orders"],
)
@extend_schema(
    methods=["POST"],
    request=NewOrder,
    responses={201: answers.OrderMoved},
    tags=["orders"],
)
@api_view(["GET", "POST"])
def order_list(request: Request) -> Response:
    """List the orders that one may see, newest first; or issue one."""
    if request.method == "POST":
        by = user_of(request)

        def act() -> tuple[int, Any]:
            return 201, answers.answer_of(answers.OrderMoved, issue(body_of(request), by=by), by)

        response = answer_once(request, act)
        return with_version(response, response.data["version"])
    found = queries.readable(RectificationOrder, user_of(request))
    return paged(
        request,
        narrowed(OrderFilter, request, found),
        lambda rows: answers.OrderRow(rows, many=True, context=answers.timed(rows)).data,
    )


def order_of(request: Request, number: str) -> RectificationOrder:
    return queries.one_of(queries.readable(RectificationOrder, user_of(request)), number)


@extend_schema(responses=answers.OrderAnswer, tags=["orders"])
@api_view(["GET"])
def order(request: Request, number: str) -> Response:
    """One order as the person may see it."""
    found = order_of(request, number)
    answer = answers.answer_of(answers.OrderAnswer, found, user_of(request))
    return with_version(Response(answer), found.version)


@extend_schema(
    request=body_of_step("OrderStep", RectificationOrder),
    responses=answers.OrderMoved,
    tags=["orders"],
)
@api_view(["POST"])
@parser_classes([JsonBody, MultiPartParser])
def order_action(request: Request, number: str, action: str) -> Response:
    """One step of an order: answer, return, close, escalate."""
    user = user_of(request)
    return take(
        request,
        ORDERS,
        order_of(request, number),
        action,
        lambda moved: answers.answer_of(answers.OrderMoved, moved, user),
    )


# What is late


@extend_schema(
    responses=page_of(answers.LateAnswer),
    parameters=parameters_of(LateFilter),
    tags=["oversight"],
)
@api_view(["GET"])
def late(request: Request) -> Response:
    """List the limits that were passed, newest first, in the districts that one watches over."""
    context = {"now": city_now()}
    return paged(
        request,
        checked(LateFilter(request.query_params, passed.watched(user_of(request)))),
        lambda rows: answers.LateAnswer(passed.with_cases(rows), many=True, context=context).data,
        order=passed.ORDER,
    )


def district_of(request: Request) -> str:
    """Raises Invalid: there is no such district."""
    narrowed(DistrictFilter, request, Clock.objects.none())
    return request.query_params.get("district", "")


@extend_schema(
    responses=answers.HomesAnswer,
    parameters=[OpenApiParameter("district", OpenApiTypes.STR)],
    tags=["oversight"],
)
@api_view(["GET"])
def homes(request: Request) -> Response:
    """The mean of homes energised, the open ones past their target, and the mean if they ended."""
    districts = passed.watched(user_of(request))
    found = homes_now.figures(districts, district=district_of(request))
    return Response(answers.HomesAnswer(found).data)


@extend_schema(
    responses=answers.ExplainedAnswer,
    parameters=[OpenApiParameter("district", OpenApiTypes.STR)],
    tags=["oversight"],
)
@api_view(["GET"])
def explained(request: Request) -> Response:
    """Of how many cases it is on record which rules were read or explained before the filing."""
    districts = passed.watched(user_of(request))
    found = explained_now.figures(districts, district=district_of(request))
    return Response(answers.ExplainedAnswer(found).data)


@extend_schema(
    operation_id="oversight_homes_past_target",
    responses=page_of(answers.OpenHomeAnswer),
    parameters=parameters_of(DistrictFilter),
    tags=["oversight"],
)
@api_view(["GET"])
def homes_past_target(request: Request) -> Response:
    """List the open homes past their target, the longest first."""
    clocks = homes_now.past_target(passed.watched(user_of(request)))
    return paged(
        request,
        narrowed(DistrictFilter, request, clocks),
        lambda rows: answers.OpenHomeAnswer(homes_now.open_homes(rows), many=True).data,
        order=homes_now.ORDER,
    )


@extend_schema(
    responses=page_of(answers.LoadedAnswer),
    parameters=[
        OpenApiParameter(
            "of", OpenApiTypes.STR, enum=[loaded.CALENDAR, loaded.RULES], default=loaded.CALENDAR
        ),
        *CURSOR,
    ],
    tags=["oversight"],
)
@api_view(["GET"])
def rules(request: Request) -> Response:
    """List the calendars, or the rules, that were let in, newest first, and what they changed."""
    passed.watched(user_of(request))
    form = LoadedFilter(request.query_params)
    form.check()
    kind = form.kind
    return paged(
        request,
        loaded.versions(kind),
        lambda rows: answers.LoadedAnswer(loaded.described(kind, rows), many=True).data,
        order=loaded.ORDER,
    )
