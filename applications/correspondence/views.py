"""Calling the applicant of a case, and the messages about it: the desk's pages, and the
applicant's own."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import person, signed_in
from accounts.models import User
from applications.actions import CASES
from applications.correspondence.actions import (
    check_kept,
    desk_role,
    enter_attempt,
    settle_messages,
    write,
)
from applications.correspondence.events import PHONE_SHOWN
from applications.correspondence.queries import as_writer
from applications.correspondence.reading import thread_context, version_of
from applications.correspondence.serializers import CallReason, NewAttempt, NewMessage
from applications.erasure import is_erased
from applications.header import header
from applications.models import Application
from applications.queries import case_for
from applications.reveal import reveal
from applications.views.account import own_case, refuse
from applications.views.following import customer, followed
from applications.work.views import answer, case_page, desk, done
from core.form_token import form_token, fresh_token, posted
from core.forms import BodyForm, form_of
from core.problems import Missing, Problem, Stale
from workflow.pages import OVERTAKEN, act_once, answer_form, refusal

ReasonForm = form_of(CallReason, rows=2)
AttemptForm = form_of(NewAttempt, rows=3)
MessageForm = form_of(NewMessage, rows=4)
ENTER_CALL: Final = gettext_lazy("Enter the call")
SEND: Final = gettext_lazy("Send the message")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk
def phone(request: HttpRequest, number: str) -> HttpResponse:
    """The number to ring, shown for a reason and never by going back; then what came of it."""
    by = person(request)
    case = case_for(number, by)
    form = ReasonForm(posted(request))
    if request.method != "POST" and (closed := closed_page(request, case)):
        return closed

    def act(_version: int) -> None:
        """Nothing moves: the version does not matter."""
        desk_role(case, by)
        reveal(application=case, body=form.body(), by=by, kind=PHONE_SHOWN)

    def shown() -> HttpResponse:
        context = {
            "case": case,
            "header": header(case, by),
            "form": AttemptForm(),
            "form_token": fresh_token(case.version),
            "label": ENTER_CALL,
        }
        return render(request, "work/call.html", context)

    return answer(
        request,
        case,
        form,
        _("Show the phone number"),
        lambda: act_once(request, CASES, case, {"phone": form.body()}, act),
        lead=_("Who saw it, when and why is recorded. Then you enter what came of the call."),
        after=shown,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def attempts(request: HttpRequest, number: str) -> HttpResponse:
    """What came of a call; the number may have been known from elsewhere."""
    by = person(request)
    case = case_for(number, by)
    form = AttemptForm(posted(request))
    if request.method != "POST" and (closed := closed_page(request, case)):
        return closed

    def act(_version: int) -> None:
        enter_attempt(application=case, body=form.body(), by=by)

    return answer(
        request,
        case,
        form,
        str(ENTER_CALL),
        lambda: act_once(request, CASES, case, {"call": form.body()}, act),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def at_work(request: HttpRequest, number: str) -> HttpResponse:
    """All messages about a case, at the desk, with the form for the next one."""
    by = person(request)
    case = case_for(number, by)
    if request.method != "POST" and (closed := closed_page(request, case)):
        return closed

    def page(form: BodyForm, problem: Problem | None = None) -> HttpResponse:
        version = version_of(case)
        context = {
            "case": case,
            "header": header(case, by),
            "form": form,
            "label": SEND,
            **thread_context(request, case),
            **refusal(request, CASES, case, problem),
            "changed": [],
            "form_token": fresh_token(version) if problem else form_token(request, version),
        }
        status = problem.status if problem else 422 if form.errors else 200
        return render(request, "work/messages.html", context, status=status)

    def overtaken(problem: Problem) -> HttpResponse:
        # Who has read what was written meanwhile can send the same once more.
        if isinstance(problem, Stale):
            return page(form, problem)
        return case_page(request, CASES.read_anew(case), problem)

    form = MessageForm(posted(request))
    return answer_form(
        form,
        lambda: send(request, case, form, by),
        page=page,
        overtaken=overtaken,
        done=lambda: done(request, case, str(SEND)),
    )


def closed_page(request: HttpRequest, case: Application) -> HttpResponse | None:
    """The page of the case with the reason, where somebody opens a form that is not for them."""
    try:
        desk_role(case, person(request))
        check_kept(case)
    except OVERTAKEN as problem:
        return case_page(request, case, problem)
    return None


def send(request: HttpRequest, case: Application, form: BodyForm, by: User) -> None:
    """Write a message once per form and words, after those that were on the page."""

    def act(seen: int) -> None:
        write(application=case, body=form.body(), by=by, seen=seen)

    act_once(request, CASES, case, {"message": form.body()}, act)


@require_POST
@desk
def settle(request: HttpRequest, number: str) -> HttpResponse:
    """Note that what the applicant wrote needs no answer."""
    by = person(request)
    case = case_for(number, by)

    def act(_version: int) -> None:
        settle_messages(application=case, by=by)

    try:
        act_once(request, CASES, case, {"settle": True}, act)
    except OVERTAKEN as problem:
        return case_page(request, CASES.read_anew(case), problem)
    return done(request, case, _("No answer needed"))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def of_applicant(request: HttpRequest, number: str) -> HttpResponse:
    """The applicant's page of the messages about a case, with an account or without."""
    case = own_case(request, number)
    if case.draft:
        raise Missing
    return own_page(
        request,
        case,
        lambda: person(request),
        "applications:case-messages",
        number,
        case_url=reverse("applications:case", args=[number]),
        may_write=as_writer(case, person(request)) is not None,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_customer(request: HttpRequest) -> HttpResponse:
    """The same for the customer of a counter, who has shown the phone of the case by a code."""
    case = followed(request)
    if case is None or case.channel != Application.Channel.COUNTER:
        return redirect("applications:progress")
    return own_page(
        request,
        case,
        lambda: customer(request, case),
        "applications:progress-messages",
        case_url=reverse("applications:progress-all"),
        may_write=not is_erased(case),
    )


def own_page(
    request: HttpRequest,
    case: Application,
    writer: Callable[[], User],
    here: str,
    *args: str,
    case_url: str,
    may_write: bool,
) -> HttpResponse:
    """All messages of a case, and the form for the next one where its reader may write.

    Args:
        writer: who writes.
        here: the name of the page itself.
        case_url: of the page of the case.
    """
    form = MessageForm(posted(request))

    def page(form: BodyForm) -> HttpResponse:
        context: dict[str, Any] = {
            "case": case,
            "case_url": case_url,
            "form": form,
            "form_token": form_token(request, case.version),
            "label": SEND,
            "may_write": may_write,
            **thread_context(request, case),
        }
        status = 422 if form.errors else 200
        return render(request, "applications/messages.html", context, status=status)

    def sent() -> HttpResponse:
        messages.success(request, _("Your message is sent."))
        return redirect(here, *args)

    return answer_form(
        form,
        lambda: send(request, case, form, writer()),
        page=page,
        overtaken=lambda problem: refuse(request, problem, case, case_url),
        done=sent,
    )
