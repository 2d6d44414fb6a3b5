"""Pages on which questions are asked: about a case on a page of the case, without one by anybody,
with an account or a phone that has shown a code, and at a counter by its clerk."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, role_required, signed_in
from accounts.models import User
from accounts.roles import COUNTER
from applications.enquiries.actions import ask, ask_at_counter, ask_generally
from applications.enquiries.queries import asked_by, own_numbered
from applications.enquiries.reading import (
    about,
    asking_words,
    general_words,
    one_context,
    rows_with_words,
)
from applications.enquiries.workflow import CounterEnquiry, GeneralEnquiry, NewEnquiry
from applications.views.account import own_case, refuse
from applications.views.visit import starting
from core.fields import blind_index
from core.form_token import form_token, once, posted
from core.forms import BodyForm, form_of
from core.place import one_client
from core.problems import Missing, Problem, QuotaReached, TooMany
from documents.actions import digest_of
from ledger.record import text_of
from workflow.pages import answer_form

AskForm = form_of(NewEnquiry, rows=4)
GeneralForm = form_of(GeneralEnquiry, rows=5)
CounterForm = form_of(CounterEnquiry, rows=5)
#: Questions of one's own that the page lists, the newest; the copy of one's data has all.
SHOWN = 20


def asking_page(
    request: HttpRequest,
    form: BodyForm,
    ask: Callable[[dict[str, Any]], str],
    *,
    template: str,
    context: Mapping[str, Any],
    label: str = "",
    version: int = 0,
    overtaken: Callable[[Problem], HttpResponse] | None = None,
    done: Callable[[str], HttpResponse],
) -> HttpResponse:
    """A page on which something is asked, once however often its form is sent.

    Args:
        ask: takes in what is asked, given its body; returns the number.
        label: of the button; empty: that of questions.
        overtaken: answers who may not ask any more; None: nobody comes too late here.
        done: answers whoever has asked, given the number.
    """
    asked: list[str] = []

    def page(form: BodyForm, problem: Problem | None = None) -> HttpResponse:
        status = problem.status if problem else 422 if form.errors else 200
        token = form_token(request, version)
        button = label or _("Send the question")
        drawn = {**context, "form": form, "label": button, "form_token": token}
        return render(request, template, drawn, status=status)

    def take() -> None:
        body = form.body()
        # What is kept of the form tells neither a phone nor a short question.
        files = [digest_of(each) for each in form.uploads()]
        same = {"said": blind_index(text_of(body), "enquiry form").hex(), "files": files}
        asked.append(once(request, same, lambda: ask(body)))

    def refused(problem: Problem) -> HttpResponse:
        if overtaken is None:
            raise problem
        return overtaken(problem)

    try:
        return answer_form(form, take, page=page, overtaken=refused, done=lambda: done(asked[0]))
    except (TooMany, QuotaReached) as problem:
        form.refused(problem)
        return page(form, problem)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def about_case(request: HttpRequest, number: str) -> HttpResponse:
    """Ask about a case of one's own; beside it what was asked before."""
    case, user = own_case(request, number), person(request)
    by_when = asking_words(case, user)
    if not by_when:
        raise Missing

    def done(_number: str) -> HttpResponse:
        messages.success(request, _("Your question is sent. The answer comes to this page."))
        return redirect(reverse("applications:case", args=[case.number]) + "#enquiries")

    return asking_page(
        request,
        AskForm(posted(request)),
        lambda body: ask(application=case, body=body, by=user).number,
        template="enquiries/ask.html",
        context={"case": case, "by_when": by_when, "enquiries": about(case)},
        version=case.version,
        overtaken=lambda problem: refuse(request, problem, case),
        done=done,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def general(request: HttpRequest) -> HttpResponseBase:
    """Ask without a case. Whoever is not known yet shows a phone, or signs in, and comes back."""
    if not isinstance(request.user, User) and request.method != "POST":
        return starting(request, onward=reverse("applications:ask"))
    return _general(request)


@signed_in
def _general(request: HttpRequest) -> HttpResponse:
    user = person(request)
    before = list(asked_by(user)[:SHOWN])

    def done(number: str) -> HttpResponse:
        messages.success(request, _("Your question is sent: %(number)s.") % {"number": number})
        return redirect("applications:question", number)

    return asking_page(
        request,
        GeneralForm(posted(request)),
        lambda body: ask_generally(body=body, by=user, client=one_client(request)).number,
        template="enquiries/ask_general.html",
        context={"by_when": general_words(), "enquiries": rows_with_words(before)},
        done=done,
    )


@never_cache
@signed_in
@require_safe
def question(request: HttpRequest, number: str) -> HttpResponse:
    """A question of one's own that is about no case."""
    one = own_numbered(number, person(request))
    return render(request, "enquiries/own.html", one_context(one))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*COUNTER)
def at_counter(request: HttpRequest) -> HttpResponse:
    """Take in a question for whoever asks at the counter."""

    def done(number: str) -> HttpResponse:
        said = _("The question is %(number)s. Give this number to whoever asked.")
        messages.success(request, said % {"number": number})
        return redirect("enquiries:list")

    return asking_page(
        request,
        CounterForm(posted(request)),
        lambda body: (
            ask_at_counter(body=body, by=person(request), client=one_client(request)).number
        ),
        template="enquiries/take_in.html",
        context={"by_when": general_words()},
        done=done,
    )
