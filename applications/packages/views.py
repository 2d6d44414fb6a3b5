"""The page on which the supply company prepares the package of a line, or reads what it sent."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import person
from applications.actions import CASES
from applications.advice.reading import advice_context
from applications.header import header
from applications.models import Application
from applications.packages import actions
from applications.packages.api import of_company
from applications.packages.forms import PackageForm, filled_in
from applications.permits import decided
from applications.work.views import case_page, desk
from approvals.packages.needs import permits_named
from approvals.packages.reading import package_words
from core.clock import city_now
from core.form_token import fresh_token
from core.forms import BodyForm
from core.problems import Missing, Problem
from documents.actions import digest_of
from workflow.buttons import buttons
from workflow.pages import act_once, answer_form, winner_words


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def package(request: HttpRequest, number: str) -> HttpResponse:
    """What was sent with the line; while one is to be entered, the draft and its form. Saving it
    takes a file in or out as well, so that nothing typed beside is lost."""
    case = of_company(number, person(request))
    if request.method != "POST":
        return page(request, case)
    draft = actions.prepared(case)
    taken, closed = actions.taken(actions.found_for(case, draft)), actions.closed_roads(case)
    form = PackageForm(taken, closed, actions.met_in(draft), request.POST, request.FILES)

    def done() -> HttpResponse:
        messages.success(request, _("The package is saved. Nothing was sent yet."))
        return redirect("work:package", case.number)

    return answer_form(
        form,
        lambda: save(request, case, form),
        page=lambda form: page(request, case, form),
        overtaken=lambda problem: overtaken(request, case, form, problem),
        done=done,
    )


def save(request: HttpRequest, case: Application, form: PackageForm) -> None:
    body, upload, gone = form.body(), form.cleaned_data["file"], request.POST.get("take_out", "")
    requirement, by = form.cleaned_data["requirement"], person(request)
    approval = form.approval()

    def step(seen: int) -> None:
        actions.save(application=case, body=body, by=by, version=seen)
        if upload:
            actions.attach(
                application=case, requirement=requirement, upload=upload, by=by, approval=approval
            )
        if gone:
            actions.detach(application=case, ref=named(gone), by=by)

    said = (
        body | approval | {"file": digest_of(upload), "requirement": requirement, "take_out": gone}
    )
    act_once(request, CASES, case, said, step)


def named(text: str) -> UUID:
    """Raises Missing where no file can be called so."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Missing from error


def overtaken(
    request: HttpRequest, case: Application, form: BodyForm, problem: Problem
) -> HttpResponse:
    """Whoever has read what somebody else saved meanwhile can send the same once more."""
    now = CASES.read_anew(case)
    if actions.is_open(now):
        return page(request, now, form, problem=problem)
    return case_page(request, now, problem)


def page(
    request: HttpRequest,
    case: Application,
    form: BodyForm | None = None,
    *,
    problem: Problem | None = None,
) -> HttpResponse:
    user, seen = person(request), actions.shown(case)
    draft = seen.package.sent_at is None
    found = actions.found_for(case, seen.package) if draft else None
    works, taken = actions.declared(seen.package), actions.taken(found)
    may = draft and any(
        button.allowed
        for button in buttons(CASES, case, user)
        if button.action == actions.entering(case)
    )
    policy = found.policy if found else case.rules(city_now())
    closed = actions.closed_roads(case) if may else []
    shown = form or PackageForm(taken, closed, seen.met, initial=filled_in(seen.package))
    context: dict[str, Any] = {
        "case": case,
        "header": header(case, user),
        "package": package_words(seen, works, policy),
        "missing": seen.missing if may else [],
        "needed": [line for line in decided(found) if line.tone] if found else [],
        "works": works,
        "may": may,
        "form": shown,
        "taken": [(document.name, permits_named(codes)) for document, codes in taken.items()],
        "form_token": fresh_token(seen.package.version),
        "problem": problem,
        "winner": winner_words(problem) if problem else "",
        **advice_context(case, may=may),
    }
    status = problem.status if problem else 422 if shown.errors else 200
    return render(request, "work/package.html", context, status=status)
