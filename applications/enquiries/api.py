"""Enquiries over HTTP: each view is one action or one query."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from applications.enquiries import answers, queries
from applications.enquiries.actions import ENQUIRIES, ask, ask_at_counter, ask_generally
from applications.enquiries.filters import EnquiryFilter
from applications.enquiries.models import Enquiry
from applications.enquiries.workflow import CounterEnquiry, GeneralEnquiry, NewEnquiry
from applications.queries import case_for
from core.answers import page_of
from core.api import answer_once, body_of, with_version
from core.filters import narrowed, parameters_of
from core.paging import paged
from core.place import one_client
from deadlines.sweep import settle
from workflow.api import bodies_of, take


@extend_schema(
    methods=["GET"],
    operation_id="enquiries_list",
    responses=page_of(answers.EnquiryRow),
    parameters=parameters_of(EnquiryFilter),
)
@extend_schema(methods=["POST"], request=GeneralEnquiry, responses={201: answers.EnquiryMoved})
@api_view(["GET", "POST"])
def enquiries(request: Request) -> Response:
    """List the questions that one may read, newest first; or ask one that is about no case."""
    user = user_of(request)
    if request.method == "POST":
        client = one_client(request)
        return _asked(request, lambda: ask_generally(body=body_of(request), by=user, client=client))
    found = Enquiry.objects.select_related("application")
    return paged(
        request,
        narrowed(EnquiryFilter, request, found),
        answers.EnquiryRow.listed,
        ways=queries.ways(user),
    )


@extend_schema(request=CounterEnquiry, responses={201: answers.EnquiryMoved})
@api_view(["POST"])
def take_in(request: Request) -> Response:
    """Take in a question at a counter, for whoever asks there; about no case."""
    user, client = user_of(request), one_client(request)
    return _asked(request, lambda: ask_at_counter(body=body_of(request), by=user, client=client))


@extend_schema(request=NewEnquiry, responses={201: answers.EnquiryMoved})
@api_view(["POST"])
def ask_about(request: Request, number: str) -> Response:
    """Ask about a case of one's own; by when it is answered, the answer says."""
    user = user_of(request)
    case = case_for(number, user)
    settle(case.ref)
    return _asked(request, lambda: ask(application=case, body=body_of(request), by=user))


def _asked(request: Request, ask: Callable[[], Enquiry]) -> Response:
    """Ask once per key."""
    user = user_of(request)

    def act() -> tuple[int, Any]:
        return 201, answers.EnquiryMoved.of(ask(), user)

    return answer_once(request, act)


@extend_schema(responses=answers.EnquiryWhole)
@api_view(["GET"])
def enquiry(request: Request, pk: int) -> Response:
    """One question and its answer, for whoever may read it."""
    user = user_of(request)
    one = queries.one_for(pk, user)
    return with_version(Response(answers.EnquiryWhole.of(one, user)), one.version)


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
        lambda moved: answers.EnquiryMoved.of(moved, user),
    )
