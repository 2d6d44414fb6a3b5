"""The way back from a case that was withdrawn or closed, for people and for programs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.decorators import person, signed_in
from applications.answers import CaseAnswer, case_json
from applications.begun import as_case
from applications.queries import case_for
from applications.views.account import own_case, refuse
from applications.views.visit import leave_link
from applications.waiting.actions import resume
from core.api import answer_once, with_version
from core.form_token import once
from core.problems import Problem
from workflow.pages import OVERTAKEN


@signed_in
@require_POST
def begin_anew(request: HttpRequest, number: str) -> HttpResponse:
    """One button: a draft with what was typed and handed in, to be looked through and filed."""
    case = own_case(request, number)

    def act() -> str:
        begun = resume(application=case, by=person(request))
        leave_link(request, begun.number)
        return begun.number

    try:
        return redirect("applications:draft", once(request, {"resume": number}, act))
    except (*OVERTAKEN, Problem) as problem:
        return refuse(request, problem, case)


@extend_schema(request=None, responses={201: CaseAnswer})
@api_view(["POST"])
def api_resume(request: Request, number: str) -> Response:
    """Begin anew from a case that was withdrawn or closed: a draft with what was typed and the
    documents that still serve; asked again, the same draft."""
    user = user_of(request)
    case = case_for(number, user)

    def act() -> tuple[int, object]:
        return 201, case_json(as_case(resume(application=case, by=user)), user)

    response = answer_once(request, act)
    return with_version(response, response.data["version"])
