"""Entering the external line: fill in, see what the rules answer, then apply for all at once."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import person
from applications import line_works
from applications.actions import CASES
from applications.header import header
from applications.models import Application
from applications.queries import case_for
from applications.work.permits import decided
from applications.work.steps import done, why_not_now
from applications.work.views import case_page, desk
from applications.work.works_form import WorksForm
from applications.workflow import State
from approvals.queries import newest_rounds
from core.form_token import form_token, fresh_token, seen_version
from core.problems import Invalid, Problem, Stale
from core.templatetags.city import figure
from rules.works import Works
from workflow.pages import OVERTAKEN, refusal, take


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The form of the line, its preview, and the posting; which of them the button says."""
    case = case_for(number, person(request))
    action = action_of(case)
    if request.method != "POST":
        if refusal := why_not_now(case, action, person(request)):
            return case_page(request, case, refusal)
        return _form(request, case, WorksForm(case, before=works_before(case)))
    form = WorksForm(case, request.POST)
    do = request.POST.get("do")
    if do == "edit" or not form.is_valid():
        return _form(request, case, form)
    return _post(request, case, form) if do == "post" else _preview(request, case, form)


def action_of(case: Application) -> str:
    """Return which of the two steps the page is for: the first line, or a changed one."""
    return "change_line_works" if case.state == State.REPLANNING else "post_line_works"


def works_before(case: Application) -> Works | None:
    """Return the works of the last round, where a changed line is to be entered."""
    line = line_works.works_of(case) if case.state == State.REPLANNING else None
    return newest_rounds([line])[line.pk].works if line else None


def _form(
    request: HttpRequest, case: Application, form: WorksForm, problem: Problem | None = None
) -> HttpResponse:
    now = CASES.read_anew(case) if problem else case
    # Going back to change something is no refusal.
    failed = form.is_bound and bool(form.errors)
    status = problem.status if problem else 422 if failed else 200
    context = _context(request, now, form) | {
        **refusal(CASES, now, problem, seen_version(request) if problem else None),
        "form_token": fresh_token(now.version) if problem else form_token(request, case.version),
    }
    return render(request, "work/line_works.html", context, status=status)


def _preview(request: HttpRequest, case: Application, form: WorksForm) -> HttpResponse:
    """What the rules answer, and the button that applies for it."""
    try:
        answer = line_works.decide(body=form.body(), application=case)
    except Invalid as invalid:
        form.refused(invalid)
        return _form(request, case, form)
    lines = decided(answer)
    context = _context(request, case, form) | {
        "form_token": form_token(request, case.version),
        "needed": [line for line in lines if line.tone],
        "others": [line for line in lines if not line.tone],
        "declared": declared_rows(form),
    }
    return render(request, "work/line_works_check.html", context)


def _post(request: HttpRequest, case: Application, form: WorksForm) -> HttpResponse:
    """Apply for all permits at one instant, once per key."""
    body, action = form.body(), action_of(case)
    # A second click comes when the case has moved on: it is answered like the first.
    if action_posted := request.POST.get("action"):
        action = action_posted if action_posted == "change_line_works" else "post_line_works"
    try:
        take(request, CASES, case, action, body)
    except Invalid as invalid:
        form.refused(invalid)
        return _form(request, case, form)
    except Stale as stale:
        return _form(request, case, form, stale)
    except OVERTAKEN as overtaken:
        return case_page(request, CASES.read_anew(case), overtaken)
    return done(request, case, action)


def _context(request: HttpRequest, case: Application, form: WorksForm) -> dict[str, Any]:
    return {
        "case": case,
        "header": header(case, person(request)),
        "form": form,
        "action": action_of(case),
    }


def declared_rows(form: WorksForm) -> list[dict[str, Any]]:
    """Return what was declared, for reading before it is sent."""
    if form.cleaned_data["external"] == "no":
        return [_row(form, "external")]
    names = [field.name for _title, fields in form.groups for field in fields]
    return [
        _row(form, name) for name in names if form.cleaned_data[name] not in (None, "", [], False)
    ]


def _row(form: WorksForm, name: str) -> dict[str, Any]:
    field, value = form.fields[name], form.cleaned_data[name]
    names = {str(code): str(label) for code, label in getattr(field, "choices", ())}
    if isinstance(value, list):
        return {"key": field.label, "lines": [names[code] for code in value]}
    if value is True:
        return {"key": field.label, "value": _("Yes")}
    if isinstance(value, Decimal):
        return {"key": field.label, "value": figure(value)}
    return {"key": field.label, "value": names.get(str(value), str(value))}
