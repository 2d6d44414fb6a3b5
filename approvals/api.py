"""Posting line works is a step of a case, so it lives in `applications.api`; `works_page` is the
list at the same address.
"""

from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import confirmation
from accounts.api import user_of
from approvals import queries
from approvals.actions import PERMITS
from approvals.answers import (
    LineWorksAnswer,
    PermitAnswer,
    many_works_json,
    permits_json,
    round_json,
)
from approvals.custody import custody_of
from approvals.decision import CONFIRMED
from approvals.filters import PermitFilter, WorksFilter
from approvals.models import LineWorks, Permit
from approvals.serializers import Files
from core.answers import page_of
from core.api import with_version
from core.clock import city_now
from core.filters import narrowed, parameters_of
from core.paging import NEWEST_FIRST, paged
from core.parsers import JsonBody
from deadlines.explain import explain
from deadlines.models import Clock
from deadlines.serializers import PermitClocksSerializer
from notifications.told import marks_told, told_json
from workflow.api import bodies_of, take
from workflow.pages import steps_of

PERMIT_ACT = bodies_of("PermitAct", Permit)


@extend_schema(
    operation_id="permits_list",
    responses=page_of(PermitAnswer),
    parameters=parameters_of(PermitFilter),
    tags=["permits"],
)
@api_view(["GET"])
def permits(request: Request) -> Response:
    """List the permits that one may see, newest first; where only late ones are asked for, by the
    instant since which they are, the latest first."""
    user = user_of(request)
    found = narrowed(PermitFilter, request, queries.permits())
    return paged(
        request,
        found,
        lambda rows: permits_json(rows, user),
        order=tuple(map(str, found.query.order_by)) or NEWEST_FIRST,
        ways=queries.ways(user),
    )


@extend_schema(responses=PermitAnswer, tags=["permits"])
@api_view(["GET"])
def permit(request: Request, pk: int) -> Response:
    """One permit as the person may see it."""
    user = user_of(request)
    found = queries.permit_for(user, pk)
    return with_version(Response(permits_json([found], user)[0]), found.version)


@extend_schema(
    request={"application/json": PERMIT_ACT, "multipart/form-data": Files},
    responses=PermitAnswer,
    tags=["permits"],
)
@api_view(["POST"])
@parser_classes([JsonBody, MultiPartParser])
def permit_action(request: Request, pk: int, action: str) -> Response:
    """One step of a permit; the body is the step's own. Files come with a supplement, and with the
    ground on which time is left out.

    A decision in a browser's session needs that its person has just shown once more who it is; a
    token does not.
    """
    user = user_of(request)
    seen = queries.permit_for(user, pk)
    if action in CONFIRMED and isinstance(request.successful_authenticator, SessionAuthentication):
        confirmation.require(request)
    return take(request, PERMITS, seen, action, lambda moved: permits_json([moved], user)[0])


@extend_schema(responses=PermitClocksSerializer, tags=["permits"])
@api_view(["GET"])
def permit_clocks(request: Request, pk: int) -> Response:
    """Every clock of a permit explained line by line, that of the whole set last; its phases; who
    was warned when."""
    found = queries.permit_for(user_of(request), pk)
    rows = Clock.objects.filter(part__in=[found.ref, found.round.ref]).order_by("id")
    now = city_now()
    ordered = sorted(rows, key=lambda clock: clock.part != found.ref)
    told = {
        "clocks": [explain(clock, now) for clock in ordered],
        "holding": custody_of(found, steps_of(PERMITS, found), now),
        "warnings": told_json(marks_told(ordered)),
    }
    return Response(PermitClocksSerializer(told).data)


def works_page(request: Request) -> Response:
    found = narrowed(WorksFilter, request, LineWorks.objects.all())
    return paged(request, found, many_works_json, ways=queries.ways_to_works(user_of(request)))


@extend_schema(responses=LineWorksAnswer, tags=["line-works"])
@api_view(["GET"])
def line_works(request: Request, pk: int) -> Response:
    """The line works of one case with the newest round and its seven permits."""
    line = queries.line_works_for(user_of(request), pk)
    newest = queries.newest_rounds([line])[line.pk]
    return with_version(Response(round_json(newest)), line.version)
