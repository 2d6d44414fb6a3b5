"""Complaints about interruptions over HTTP: each view is one action or one query."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from core.answers import page_of
from core.api import answer_once, body_of, with_version
from core.filters import narrowed, parameters_of
from core.paging import paged
from core.parsers import JsonBody
from core.place import one_client
from oversight.interruptions import answers, queries
from oversight.interruptions.actions import INTERRUPTIONS, complain
from oversight.interruptions.filters import InterruptionFilter
from oversight.interruptions.models import InterruptionComplaint
from oversight.interruptions.workflow import NewInterruption
from workflow.api import bodies_of, take


@extend_schema(
    methods=["GET"],
    operation_id="interruptions_list",
    responses=page_of(answers.InterruptionRow),
    parameters=parameters_of(InterruptionFilter),
)
@extend_schema(
    methods=["POST"], request=NewInterruption, responses={201: answers.InterruptionMoved}
)
@api_view(["GET", "POST"])
def interruptions(request: Request) -> Response:
    """List the complaints about interruptions that one may read, newest first; or complain."""
    user = user_of(request)
    if request.method == "POST":
        client = one_client(request)

        def act() -> tuple[int, Any]:
            one = complain(body=body_of(request), by=user, client=client)
            return 201, answers.InterruptionMoved.of(one, user)

        return answer_once(request, act)
    return paged(
        request,
        narrowed(InterruptionFilter, request, InterruptionComplaint.objects.all()),
        answers.InterruptionRow.listed,
        ways=queries.ways(user),
    )


@extend_schema(responses=answers.InterruptionWhole)
@api_view(["GET"])
def interruption(request: Request, pk: int) -> Response:
    """One complaint, what the supply company says, the decision, and the order that followed."""
    user = user_of(request)
    one = queries.one_for(pk, user)
    return with_version(Response(answers.InterruptionWhole.of(one, user)), one.version)


@extend_schema(
    request=bodies_of("InterruptionAct", InterruptionComplaint),
    responses=answers.InterruptionMoved,
)
@api_view(["POST"])
@parser_classes([JsonBody, MultiPartParser])
def action(request: Request, pk: int, name: str) -> Response:
    """One step of a complaint: explain, uphold, dismiss, order, restore, attach (multipart, with
    `files`), withdraw."""
    user = user_of(request)
    return take(
        request,
        INTERRUPTIONS,
        queries.one_for(pk, user),
        name,
        lambda moved: answers.InterruptionMoved.of(moved, user),
    )
