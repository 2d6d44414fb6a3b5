"""A bureau's pages of advice: what waits for it, and one request with the form of its answer."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, role_required
from accounts.roles import BUREAU_ROLES
from approvals.advice import queries
from approvals.advice.actions import ADVICE
from approvals.advice.filters import DeskAdviceFilter
from approvals.advice.line import changed_since
from approvals.advice.models import Advice
from approvals.advice.reading import line_words, rows_of, told
from approvals.advice.serializers import GiveAdvice
from approvals.pages import events_table
from approvals.wording import permit_name, place_name
from core.form_token import form_token, posted
from core.forms import BodyForm, form_of
from core.paging import page_of
from core.problems import Problem
from workflow.machine import acts_of
from workflow.pages import answer_form, refusal, steps_of, take

AdviceForm = form_of(GiveAdvice, rows=6)
ANSWER: Final = "answer"


@require_safe
@role_required(*BUREAU_ROLES)
def desk(request: HttpRequest) -> HttpResponse:
    filters = DeskAdviceFilter(request.GET, queries.at_desk(person(request)))
    page = page_of(request, filters.qs, order=filters.order)
    context = {"form": filters.form, "page": page, "rows": rows_of(page.rows)}
    return render(request, "approvals/advice/list.html", context, status=filters.form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*BUREAU_ROLES)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked, the line as it was then, and the answer: its form while none is given."""
    user = person(request)
    advice = queries.one_of(queries.at_desk(user), pk)
    form = AdviceForm(posted(request))

    def done() -> HttpResponse:
        messages.success(request, _("The advice is given. The supply company is told."))
        return redirect("bureau:advice", pk)

    return answer_form(
        form,
        lambda: take(request, ADVICE, advice, ANSWER, form.body()),
        page=lambda form: one_page(request, advice, form),
        overtaken=lambda problem: one_page(request, ADVICE.read_anew(advice), form, problem),
        done=done,
    )


def one_page(
    request: HttpRequest, advice: Advice, form: BodyForm, problem: Problem | None = None
) -> HttpResponse:
    bar = acts_of(Advice)[ANSWER].why_barred(advice, person(request))
    shown = advice.state in queries.SHOWN
    context = {
        "told": told(advice, changed=shown and bool(changed_since(advice.case_ref, [advice]))),
        "name": permit_name(advice.permit),
        "number": advice.application,
        "place": place_name(advice),
        **(line_words(advice) if shown else {}),
        "events": events_table(steps_of(ADVICE, advice), advice.application),
        "bar": bar if advice.waits else None,
        "form": form if advice.waits and bar is None else None,
        "form_token": form_token(request, advice.version),
        **refusal(request, ADVICE, advice, problem),
    }
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "approvals/advice/one.html", context, status=status)
