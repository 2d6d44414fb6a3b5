"""The pages on which the supply company asks about the line that it prepares."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import person
from applications.actions import CASES
from applications.advice import actions
from applications.header import header
from applications.models import Application
from applications.packages import actions as packages
from applications.packages.api import of_company
from applications.packages.views import page as package_page
from applications.work.views import case_page, desk, why_not_now
from approvals.advice.actions import ADVICE, NO_ROUTE, drafted
from approvals.advice.queries import of_case, one_of
from approvals.advice.serializers import AskAdvice
from approvals.offices import office_name
from approvals.packages.needs import document_name
from approvals.wording import permit_name
from core.form_token import form_token, fresh_token, posted
from core.forms import BodyForm, form_of
from core.problems import Problem
from rules.advice import advised_permits
from workflow.pages import OVERTAKEN, act_once, answer_form, take, winner_words


class AskForm(form_of(AskAdvice)):  # type: ignore[misc]
    """Which permit is asked only where advice is given about several."""

    def __init__(self, advised: tuple[str, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(advised) < 2:
            del self.fields["permit"]
        else:
            choices = [(code, permit_name(code)) for code in advised]
            self.fields["permit"] = forms.ChoiceField(
                label=self.fields["permit"].label, choices=choices
            )


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """The form of a question, beside what the bureau will be shown."""
    user = person(request)
    case = of_company(number, user)
    if request.method != "POST" and (closed := why_not_now(case, packages.entering(case), user)):
        return case_page(request, case, closed)
    form = AskForm(advised_permits(actions.new_request(case).rules()), posted(request))

    def send(seen: int) -> None:
        actions.ask(application=case, body=form.body(), by=user, version=seen)

    def done() -> HttpResponse:
        messages.success(request, _("Advice is asked for. The bureau is told."))
        return redirect("work:package", case.number)

    return answer_form(
        form,
        lambda: act_once(request, CASES, case, {"ask": form.body()}, send),
        page=lambda form: ask_page(request, case, form),
        overtaken=lambda problem: overtaken(request, CASES.read_anew(case), form, problem),
        done=done,
    )


def overtaken(
    request: HttpRequest, now: Application, form: BodyForm, problem: Problem
) -> HttpResponse:
    """Whoever has read what somebody else saved meanwhile can send the same once more."""
    if packages.is_open(now):
        return ask_page(request, now, form, problem)
    return case_page(request, now, problem)


def ask_page(
    request: HttpRequest, case: Application, form: BodyForm, problem: Problem | None = None
) -> HttpResponse:
    package = packages.prepared(case)
    context = {
        "case": case,
        "header": header(case, person(request)),
        "shown": [
            shown_of(case, code) for code in advised_permits(actions.new_request(case).rules())
        ],
        "form": form,
        "form_token": (fresh_token if problem else partial(form_token, request))(package.version),
        "problem": problem,
        "winner": winner_words(problem) if problem else "",
    }
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "work/advice.html", context, status=status)


def shown_of(case: Application, permit: str) -> dict[str, Any]:
    """What the bureau of a permit will see of the draft."""
    advice = actions.new_request(case)
    advice.permit = permit
    line = drafted(advice)
    return {
        "permit": permit_name(permit),
        "bureau": office_name(*advice.office(), case.district),
        "files": [document_name(file.requirement) for file in line.files],
        "trouble": "" if line.shows_a_route else NO_ROUTE,
    }


@require_POST
@desk
def withdraw(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a request back; it asks for no words."""
    case = of_company(number, person(request))
    advice = one_of(of_case(case.ref), pk)
    try:
        take(request, ADVICE, advice, "withdraw")
    except OVERTAKEN as problem:
        return package_page(request, CASES.read_anew(case), problem=problem)
    messages.success(request, _("The request for advice is withdrawn."))
    return redirect("work:package", case.number)
