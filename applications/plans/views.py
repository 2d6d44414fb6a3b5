"""A supply plan over HTTP: the applicant's page of it, its PDF, both in the API, and the form in
which the company replies."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.decorators import person, signed_in
from applications.actions import CASES
from applications.models import Application, act_named
from applications.plans.answers import PlansAnswer
from applications.plans.forms import PlanForm
from applications.plans.paper import plan_pdf
from applications.plans.reading import plans_in_words
from applications.queries import case_for
from applications.receipts.render import HEADERS, PDF
from applications.views.account import own_case
from applications.work.forms import LEADS
from applications.work.views import answer, case_page, desk, form_page, why_not_now
from core.api import with_version
from core.form_token import posted
from core.problems import Missing
from workflow.buttons import buttons
from workflow.pages import take

FORM = "work/plan.html"
#: What the applicant does about a plan.
ANSWERS = ("confirm_plan", "answer_prolongation")


@signed_in
@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Every plan of one's own case, the newest first, with what was contested and answered."""
    case = own_case(request, number)
    plans = plans_in_words(case)
    if plans is None:
        raise Missing
    user = person(request)
    answers = [
        button
        for button in buttons(CASES, case, user)
        if button.action in ANSWERS and button.allowed
    ]
    context = {"case": case, "plans": plans, "answers": answers}
    return render(request, "applications/plan.html", context)


@signed_in
@require_safe
def as_pdf(request: HttpRequest, number: str) -> HttpResponse:
    return pdf_of(case_for(number, person(request)))


@extend_schema(responses=PlansAnswer, operation_id="plans")
@api_view(["GET"])
def api_plans(request: Request, number: str) -> Response:
    """The supply plans of a case, line by line; who pays follows from the investment boundary."""
    case = case_for(number, user_of(request))
    return with_version(Response(PlansAnswer(case).data), case.version)


@extend_schema(responses={(200, PDF): OpenApiTypes.BINARY}, operation_id="plan_pdf")
@api_view(["GET"])
def api_pdf(request: Request, number: str) -> HttpResponse:
    """The newest plan as PDF, in Chinese and English."""
    return pdf_of(case_for(number, user_of(request)))


def pdf_of(case: Application) -> HttpResponse:
    """For whoever reads the case. Raises Missing where no plan was replied."""
    name = content_disposition_header(True, f"TD-{case.number}-plan.pdf")
    headers = HEADERS | {"Content-Disposition": str(name)}
    return HttpResponse(plan_pdf(case), content_type=PDF, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def reply(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """The form of a reply, its further rows, and what becomes of it."""
    case, label = case_for(number, person(request)), str(act_named(action).label)
    more: dict[str, Any] = {"template": FORM, "lead": LEADS["reply_plan"]}
    if request.method != "POST" and (closed := why_not_now(case, action, person(request))):
        return case_page(request, case, closed)
    if request.POST.get("do") == "add":
        return form_page(request, case, PlanForm(case, typed=request.POST), label, **more)
    form = PlanForm(case, posted(request), element=request.GET.get("supply", ""))
    return answer(
        request, case, form, label, lambda: take(request, CASES, case, action, form.body()), **more
    )
