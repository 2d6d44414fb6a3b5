"""Complaints about charges over HTTP: each view is one action or one query."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from core.answers import page_of
from core.api import answer_once, body_of, with_version
from core.filters import narrowed, parameters_of
from core.paging import paged
from deadlines.sweep import settle
from money.charges.queries import one_for as charge_for
from money.complaints import answers, queries
from money.complaints.actions import COMPLAINTS, complain
from money.complaints.filters import ComplaintFilter
from money.complaints.models import Complaint
from money.complaints.workflow import NewComplaint
from workflow.api import bodies_of, take


@extend_schema(request=NewComplaint, responses={201: answers.ComplaintMoved})
@api_view(["POST"])
def complain_of(request: Request, number: str, pk: int) -> Response:
    """Complain about a charge of a case of one's own; by when it is decided, the answer says."""
    user = user_of(request)
    charge = charge_for(number, pk, user)
    settle(charge.application.ref)

    def act() -> tuple[int, Any]:
        one = complain(charge=charge, body=body_of(request), by=user)
        return 201, answers.ComplaintMoved.of(one, user)

    return answer_once(request, act)


@extend_schema(
    operation_id="complaints_list",
    responses=page_of(answers.ComplaintRow),
    parameters=parameters_of(ComplaintFilter),
)
@api_view(["GET"])
def complaints(request: Request) -> Response:
    """List the complaints about charges that one may read, newest first."""
    return paged(
        request,
        narrowed(ComplaintFilter, request, queries.every()),
        answers.ComplaintRow.listed,
        ways=queries.ways(user_of(request)),
    )


@extend_schema(responses=answers.ComplaintWhole)
@api_view(["GET"])
def complaint(request: Request, pk: int) -> Response:
    """One complaint, what the supply company says, and the decision."""
    user = user_of(request)
    one = queries.one_for(pk, user)
    return with_version(Response(answers.ComplaintWhole.of(one, user)), one.version)


@extend_schema(request=bodies_of("ComplaintAct", Complaint), responses=answers.ComplaintMoved)
@api_view(["POST"])
def action(request: Request, pk: int, name: str) -> Response:
    """One step of a complaint: explain, uphold, dismiss, withdraw."""
    user = user_of(request)
    return take(
        request,
        COMPLAINTS,
        queries.one_for(pk, user),
        name,
        lambda moved: answers.ComplaintMoved.of(moved, user),
    )
