"""Enquiries over HTTP: each view is one action or one query."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.roles import CASE_READERS
from applications.enquiries import answers, queries
from applications.enquiries.actions import ENQUIRIES, ask
from applications.enquiries.filters import EnquiryFilter
from applications.enquiries.models import Enquiry
from applications.enquiries.workflow import NewEnquiry
from applications.queries import case_for
from core.answers import page_of
from core.api import answer_once, body_of, with_version
from core.filters import narrowed, parameters_of
from core.paging import CursorPages
from deadlines.sweep import settle
from workflow.api import bodies_of, take


@extend_schema(
    operation_id="enquiries_list",
    responses=page_of(answers.EnquiryRow),
    parameters=parameters_of(EnquiryFilter),
)
@api_view(["GET"])
def enquiries(request: Request) -> Response:
    """List the questions about cases that one may read, newest first."""
    user = user_of(request)
    staff = user.role_in(*CASE_READERS) is not None
    found = queries.watched(user) if staff else queries.own(user)
    pages = CursorPages()
    rows = pages.paginate_queryset(narrowed(EnquiryFilter, request, found), request) or []
    answer = answers.EnquiryRow(rows, many=True, context=answers.timed(rows))
    return pages.get_paginated_response(answer.data)


@extend_schema(request=NewEnquiry, responses={201: answers.EnquiryMoved})
@api_view(["POST"])
def ask_about(request: Request, number: str) -> Response:
    """Ask about a case of one's own; by when it is answered, the answer says."""
    user = user_of(request)
    case = case_for(number, user)
    settle(case.ref)

    def act() -> tuple[int, Any]:
        asked = ask(application=case, body=body_of(request), by=user)
        return 201, answers.answer_of(answers.EnquiryMoved, asked, user)

    return answer_once(request, act)


@extend_schema(responses=answers.EnquiryWhole)
@api_view(["GET"])
def enquiry(request: Request, pk: int) -> Response:
    """One question and its answer, for whoever may read the case."""
    user = user_of(request)
    one = queries.one_for(pk, user)
    answer = answers.answer_of(answers.EnquiryWhole, one, user)
    return with_version(Response(answer), one.version)


@extend_schema(request=bodies_of("EnquiryAct", Enquiry), responses=answers.EnquiryMoved)
@api_view(["POST"])
def action(request: Request, pk: int, name: str) -> Response:
    """One step of an enquiry: answer."""
    user = user_of(request)
    return take(
        request,
        ENQUIRIES,
        queries.one_for(pk, user),
        name,
        lambda moved: answers.answer_of(answers.EnquiryMoved, moved, user),
    )
