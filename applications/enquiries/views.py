"""Pages of enquiries: the applicant asks on a page of the case; the desk's list and page, and the
same for those who watch (/oversight/), each under its own address."""

from dataclasses import dataclass, replace
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, role_required, signed_in
from accounts.roles import COMPANY, SUPERVISORS, Role
from applications.enquiries import queries
from applications.enquiries.actions import ENQUIRIES, ask
from applications.enquiries.filters import ListFilter
from applications.enquiries.models import Enquiry
from applications.enquiries.reading import about, asking_words, one_context, rows_of
from applications.enquiries.workflow import NewEnquiry
from applications.views.account import own_case, refuse
from core.form_token import form_token, once, posted
from core.forms import BodyForm, form_of
from core.paging import page_of
from core.problems import Missing, Problem
from workflow.buttons import buttons, choices
from workflow.machine import acts_of
from workflow.pages import answer_form, refusal, step_page


@dataclass(frozen=True, slots=True)
class Side:
    """From where somebody looks: the namespace of the pages, and that of the page of a case."""

    name: str
    roles: tuple[Role, ...]
    case: str


AT_WORK: Final = Side("enquiries", COMPANY, "work:case")
WATCHED: Final = Side("oversight-enquiries", SUPERVISORS, "oversight:case")
FORMS: Final[dict[str, type[BodyForm]]] = {
    name: form_of(said.body, rows=6) for name, said in acts_of(Enquiry).items()
}
AskForm = form_of(NewEnquiry, rows=4)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def asking(request: HttpRequest, number: str) -> HttpResponse:
    """Ask about a case of one's own; beside it what was asked before."""
    case, user = own_case(request, number), person(request)
    by_when = asking_words(case, user)
    if not by_when:
        raise Missing
    form = AskForm(posted(request))

    def take() -> int:
        said = form.body()
        return int(once(request, said, lambda: ask(application=case, body=said, by=user).pk))

    def page(form: BodyForm) -> HttpResponse:
        context = {
            "case": case,
            "form": form,
            "by_when": by_when,
            "label": _("Send the question"),
            "form_token": form_token(request, case.version),
            "enquiries": about(case),
        }
        return render(request, "enquiries/ask.html", context, status=422 if form.errors else 200)

    def done() -> HttpResponse:
        messages.success(request, _("Your question is sent. The answer comes to this page."))
        return redirect(reverse("applications:case", args=[case.number]) + "#enquiries")

    return answer_form(
        form, take, page=page, overtaken=lambda problem: refuse(request, problem, case), done=done
    )


@require_safe
def enquiries(request: HttpRequest, side: Side) -> HttpResponse:
    filters = ListFilter(request.GET, queries.watched(person(request)))
    page = page_of(request, filters.qs, order=filters.order)
    context = {
        "form": filters.form,
        "page": page,
        "rows": rows_of(page.rows),
        "one": f"{side.name}:one",
    }
    return render(request, "enquiries/list.html", context, status=filters.form.status)


@require_safe
def enquiry(request: HttpRequest, pk: int, side: Side) -> HttpResponse:
    return one_page(request, queries.one_for(pk, person(request)), side=side)


def one_page(
    request: HttpRequest, one: Enquiry, problem: Problem | None = None, *, side: Side = AT_WORK
) -> HttpResponse:
    """Draw the page of an enquiry, with the refusal on top where a step was refused."""
    user = person(request)
    own = [
        replace(button, url=reverse("enquiries:step", args=[one.pk, button.action]))
        for button in buttons(ENQUIRIES, one, user)
    ]
    context = {
        **one_context(one),
        "list_url": reverse(f"{side.name}:list"),
        "case_url": reverse(side.case, args=[one.application.number]),
        "choices": choices(ENQUIRIES, one, user, own),
        **refusal(request, ENQUIRIES, one, problem),
    }
    status = problem.status if problem else 200
    return render(request, "enquiries/one.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*AT_WORK.roles)
def step(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """The answer: its form, and what becomes of it."""
    one = queries.one_for(pk, person(request))
    return step_page(
        request,
        ENQUIRIES,
        one,
        action,
        FORMS,
        page=lambda form, label: form_page(request, one, form, str(label)),
        overtaken=lambda now, problem: one_page(request, now, problem),
        onward=reverse("enquiries:one", args=[one.pk]),
    )


def form_page(request: HttpRequest, one: Enquiry, form: BodyForm, label: str) -> HttpResponse:
    context = {
        **one_context(one),
        "case_url": reverse(AT_WORK.case, args=[one.application.number]),
        "choices": None,
        "form": form,
        "label": label,
        "one_url": reverse("enquiries:one", args=[one.pk]),
        "form_token": form_token(request, one.version),
    }
    return render(request, "enquiries/step.html", context, status=422 if form.errors else 200)
