"""Pages of things with acts: one of them, the form of an act, and the form with which one
begins."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.decorators import person
from core.form_token import form_key, form_token, once
from core.forms import BodyForm
from core.problems import Invalid, Problem
from workflow.buttons import buttons, choices
from workflow.pages import refusal, step_page
from workflow.run import Workflow


def drawn(
    request: HttpRequest,
    workflow: Workflow[Any],
    thing: Any,
    problem: Problem | None,
    *,
    page: str,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """The page of one thing with its acts; `page` is the name of the page of a step."""
    user = person(request)
    own = [
        replace(button, url=reverse(page, args=[thing.pk, button.action]))
        for button in buttons(workflow, thing, user)
    ]
    context |= {
        "choices": choices(workflow, thing, user, own),
        **refusal(request, workflow, thing, problem),
    }
    return render(request, template, context, status=problem.status if problem else 200)


def step_of(
    request: HttpRequest,
    workflow: Workflow[Any],
    thing: Any,
    action: str,
    forms: Mapping[str, Callable[[Any], BodyForm]],
    *,
    one: str,
    heading: str,
    overtaken: Callable[[Any, Problem], HttpResponse],
) -> HttpResponse:
    """The form of one act; `one` is the name of the page of the thing."""
    url = reverse(one, args=[thing.pk])

    def page(form: BodyForm, label: Any) -> HttpResponse:
        context = {
            "form": form,
            "label": str(label),
            "heading": heading,
            "back_url": url,
            "form_token": form_token(request, thing.version),
        }
        status = 422 if form.errors else 200
        return render(request, "oversight/act.html", context, status=status)

    return step_page(
        request,
        workflow,
        thing,
        action,
        forms,
        page=page,
        overtaken=overtaken,
        onward=url,
    )


def begun_by(
    request: HttpRequest,
    form: BodyForm,
    act: Callable[[], Any],
    *,
    heading: str,
    back: str,
    back_label: str,
    one: str,
) -> HttpResponse:
    """The form with which something begins, once however often it is sent."""
    if form.is_bound and form.is_valid():
        try:
            pk = once(request, {"begin": form.body()}, lambda: act().pk)
        except Invalid as problem:
            form.refused(problem)
        else:
            return redirect(one, pk)
    context = {
        "form": form,
        "label": heading,
        "heading": heading,
        "back_url": reverse(back),
        "back_label": back_label,
        "key": form_key(request),
    }
    return render(request, "oversight/new.html", context, status=422 if form.errors else 200)
