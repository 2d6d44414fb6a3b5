"""The pages on which the supply company prepares the package of a line."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import person
from applications.actions import CASES
from applications.header import header
from applications.models import Application
from applications.packages import actions
from applications.packages.api import of_company
from applications.packages.forms import AttachmentForm, PackageForm, filled_in
from applications.permits import decided
from applications.work.views import case_page, desk
from approvals.packages.needs import permits_named
from approvals.packages.reading import package_words
from core.clock import city_now
from core.form_token import fresh_token
from core.forms import BodyForm
from core.problems import Problem
from documents.actions import digest_of
from workflow.buttons import buttons
from workflow.pages import act_once, answer_form


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def package(request: HttpRequest, number: str) -> HttpResponse:
    """What was sent with the line; while one is to be entered, the draft and its forms."""
    case = of_company(number, person(request))
    form = PackageForm(request.POST, request.FILES) if request.method == "POST" else None

    def save() -> None:
        assert form
        body = form.body()

        def step(seen: int) -> None:
            actions.save(application=case, body=body, by=person(request), version=seen)

        act_once(request, CASES, case, body, step)

    def done() -> HttpResponse:
        messages.success(request, _("The package is saved. Nothing was sent yet."))
        return redirect("work:package", case.number)

    if form is None:
        return page(request, case)
    return answer_form(
        form,
        save,
        page=lambda form: page(request, case, form),
        overtaken=lambda problem: overtaken(request, case, form, problem),
        done=done,
    )


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
    attaching: BodyForm | None = None,
    *,
    problem: Problem | None = None,
) -> HttpResponse:
    user, seen = person(request), actions.shown(case)
    draft = seen.package.sent_at is None
    found = actions.found_for(case, seen.package) if draft else None
    works = actions.declared(seen.package)
    may = draft and any(
        button.allowed
        for button in buttons(CASES, case, user)
        if button.action == actions.entering(case)
    )
    policy = found.policy if found else case.rules(city_now())
    words = package_words(seen, works, policy)
    for each in words["files"] if may else ():
        each["remove_url"] = reverse("work:detach", args=[case.number, each["file"].ref])
    taken = actions.taken(found) if may else {}
    shown = form or PackageForm(initial=filled_in(seen.package))
    context: dict[str, Any] = {
        "case": case,
        "header": header(case, user),
        "package": words,
        "missing": seen.missing if may else [],
        "needed": [line for line in decided(found) if line.tone] if found else [],
        "works": works,
        "may": may,
        "form": shown,
        "attaching": attaching or AttachmentForm(taken),
        "taken": [(document.name, permits_named(codes)) for document, codes in taken.items()],
        "form_token": fresh_token(seen.package.version),
        "problem": problem,
    }
    errors = shown.errors or (attaching and attaching.errors)
    status = problem.status if problem else 422 if errors else 200
    return render(request, "work/package.html", context, status=status)


@require_POST
@desk
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """Add a file to the draft; each is kept as it comes."""
    case, user = of_company(number, person(request)), person(request)
    taken = actions.taken(actions.found_for(case, actions.prepared(case)))
    form = AttachmentForm(taken, request.POST, request.FILES)

    def keep() -> None:
        said = form.cleaned_data

        def step(_seen: int) -> None:
            actions.attach(
                application=case, requirement=said["requirement"], upload=said["file"], by=user
            )

        what = {"requirement": said["requirement"], "file": digest_of(said["file"])}
        act_once(request, CASES, case, what, step)

    def done() -> HttpResponse:
        messages.success(request, _("The file is here."))
        return redirect("work:package", case.number)

    return answer_form(
        form,
        keep,
        page=lambda form: page(request, case, attaching=form),
        overtaken=lambda problem: case_page(request, CASES.read_anew(case), problem),
        done=done,
    )


@require_POST
@desk
def detach(request: HttpRequest, number: str, ref: UUID) -> HttpResponse:
    """Take a file out of the draft again."""
    case, user = of_company(number, person(request)), person(request)

    def step(_seen: int) -> None:
        actions.detach(application=case, ref=ref, by=user)

    act_once(request, CASES, case, {"detach": str(ref)}, step)
    messages.success(request, _("The file was taken out."))
    return redirect("work:package", case.number)
