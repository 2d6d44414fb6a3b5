"""Reports over HTTP: each view is one action or one query."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from core.answers import page_of
from core.api import answer_once, body_of, version_of, with_version
from core.fields import blind_index
from core.filters import narrowed, parameters_of
from core.paging import paged
from core.parsers import JsonBody
from core.place import one_client
from deadlines.sweep import settle
from documents.actions import digest_of
from ledger.record import text_of
from reliability.reports import answers, queries
from reliability.reports.actions import REPORTS, report
from reliability.reports.bodies import NewReport, SeeingReporter
from reliability.reports.filters import ReportFilter
from reliability.reports.models import Report
from reliability.reports.reveal import reveal
from workflow.api import bodies_of, take


class WithPhotos(NewReport):
    """A report with its photos."""

    photos = serializers.ListField(child=serializers.FileField(), required=False)


@extend_schema(
    methods=["GET"],
    operation_id="reports_list",
    responses=page_of(answers.PublicReportRow),
    parameters=parameters_of(ReportFilter),
)
@extend_schema(
    methods=["POST"],
    request={"application/json": NewReport, "multipart/form-data": WithPhotos},
    responses={201: answers.PublicReportMade},
)
@api_view(["GET", "POST"])
@parser_classes([JsonBody, MultiPartParser])
def reports(request: Request) -> Response:
    """List the reports that one may read, newest first; or report something, with photos as
    `photos` of a multipart body."""
    user = user_of(request)
    if request.method == "POST":
        return _reported(request)
    return paged(
        request,
        narrowed(ReportFilter, request, queries.every()),
        answers.PublicReportRow.listed,
        ways=queries.ways(user),
    )


def _reported(request: Request) -> Response:
    """Report once per key."""
    user, client = user_of(request), one_client(request)
    said, photos = body_of(request), request.FILES.getlist("photos")

    def act() -> tuple[int, Any]:
        made = report(body=said, by=user, client=client, photos=photos)
        return 201, answers.PublicReportMade.of(made, user)

    # What is kept of the request tells nothing of it.
    same = {
        "said": blind_index(text_of(said), "report").hex(),
        "files": [digest_of(each) for each in photos],
    }
    return answer_once(request, act, body=same)


@extend_schema(responses=answers.PublicReportWhole)
@api_view(["GET"])
def one(request: Request, pk: int) -> Response:
    """One report, what was noted, and what came of it, for the desks that may read it; one's own
    stands in the copy of one's data."""
    user = user_of(request)
    found = queries.at_desk(pk, user)
    return with_version(Response(answers.PublicReportWhole.of(found, user)), found.version)


@extend_schema(request=SeeingReporter, responses=answers.Reporter)
@api_view(["POST"])
def reporter(request: Request, pk: int) -> Response:
    """Whom to call, for a reason that the record keeps; whoever repeats it is told no phone."""
    user = user_of(request)
    found = queries.one_for(pk, user)
    settle(found.ref)
    seen: list[str] = []

    def act() -> tuple[int, Any]:
        body, version = body_of(request), version_of(request)
        seen.append(reveal(found, body, by=user, version=version))
        return 200, {}  # what is kept for whoever repeats it holds nothing personal

    answer_once(request, act)
    return Response(answers.Reporter({"phone": seen[0] if seen else ""}).data)


@extend_schema(request=bodies_of("PublicReportAct", Report), responses=answers.PublicReportMoved)
@api_view(["POST"])
@parser_classes([JsonBody, MultiPartParser])
def action(request: Request, pk: int, name: str) -> Response:
    """One step of a report: take_on, note, hand_over, join, link_outage, close."""
    user = user_of(request)
    return take(
        request,
        REPORTS,
        queries.one_for(pk, user),
        name,
        lambda moved: answers.PublicReportMoved.of(moved, user),
    )
