"""Following a case, a referral, a question or a report without an account: by its number and the
phone number given in it; and with a code sent to that phone, everything in it.

A wrong phone number and an unknown case get the same answer, and only so many wrong answers are
given to one client (`accounts.limits`). Both numbers travel in the body of the request, never in an
address.
"""

import logging
from typing import Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import limits, visits
from applications import casefile
from applications.accesses import accesses_context
from applications.actions import CASES
from applications.correspondence.reading import followed_context
from applications.declaration import phone_digest
from applications.enquiries import following as questions
from applications.enquiries.actions import SERIES as QUESTIONS
from applications.enquiries.models import Enquiry
from applications.forms import ProgressForm
from applications.header import header
from applications.models import Application
from applications.permits import permits_of
from applications.referrals.actions import SERIES as REFERRALS
from applications.referrals.models import Referral
from applications.referrals.views import following
from applications.referrals.views.following import REFERRAL
from applications.reports import following as reports
from applications.views.account import case_context
from applications.views.codes import NOT_SENT, drawn, send, taking
from applications.views.following import CASE, PROGRESS, followed
from applications.views.visit import leave_link
from core.form_token import form_token
from core.identifiers import is_mobile, plain, plain_phone
from core.place import one_client
from core.problems import Problem, WrongState
from reliability.reports.actions import SERIES as REPORTS
from reliability.reports.models import Report
from reliability.reports.queries import every as every_report
from rules.limits import Meter
from workflow.pages import take

log = logging.getLogger("tongdian.security")
Followed = Application | Referral | Enquiry | Report
#: By what is followed, its name in a session, and the page of all of it.
FOLLOWED: Final[dict[type[Followed], tuple[str, str]]] = {
    Application: (CASE, "applications:progress-all"),
    Referral: (REFERRAL, "referral-progress:all"),
    Enquiry: (questions.QUESTION, "applications:progress-question"),
    Report: (reports.REPORT, "reports:progress"),
}


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    form = ProgressForm(request.POST or None)
    found = found_by(request, form) if request.method == "POST" and form.is_valid() else None
    return asking(request, form) if found is None else shown_to_all(request, form, found)


def shown_to_all(
    request: HttpRequest, form: ProgressForm, found: Followed, problem: Problem | None = None
) -> HttpResponse:
    if isinstance(found, Referral):
        return following.passing(request, form, found, problem)
    if isinstance(found, Enquiry):
        return questions.passing(request, form, found, problem)
    if isinstance(found, Report):
        return reports.passing(request, form, found, problem)
    return passing(request, form, found, problem)


def found_by(request: HttpRequest, form: ProgressForm) -> Followed | None:
    """What has a number, and was given the phone; None is told in the form.

    Raises:
        TooMany: too many wrong pairs.
    """
    number = plain(form.cleaned_data["number"])
    client = one_client(request)
    if limits.is_full(Meter.PROGRESS_CASE, number):
        # Somebody guesses at this case: whoever asks, its owner too, has one answer in a while.
        limits.spend(Meter.PROGRESS_PAIR, client, number)
    limits.require(Meter.PROGRESS_ADDRESS, client)
    # One question to the database for both numbers: nothing tells which of them was wrong.
    pair = {"number": number, "phone_digest": phone_digest(form.cleaned_data["phone"])}
    found: Followed | None = None
    if number.startswith(REFERRALS):
        found = Referral.objects.select_related("office", "counter").filter(**pair).first()
    elif number.startswith(QUESTIONS):
        found = Enquiry.objects.filter(**pair, application=None).first()
    elif number.startswith(REPORTS):
        found = every_report().filter(**pair).first()
    else:
        found = Application.objects.filter(**pair, filed_at__isnull=False).first()
    if found is None:
        limits.spend(Meter.PROGRESS_ADDRESS, client)
        limits.note(Meter.PROGRESS_CASE, number)
        log.info("progress refused")
        form.add_error(None, _("There is no case with this number and this phone number."))
        return None
    return found.workflow() if isinstance(found, Application) else found


def passing(
    request: HttpRequest, form: ProgressForm, case: Application, problem: Problem | None = None
) -> HttpResponse:
    """A case as everybody with its number and phone number sees it: nothing personal."""
    head, permits = header(case, None), permits_of(case)
    context = {
        "case": case,
        "header": head,
        "steps": casefile.steps(case, head.events, receipts=False),
        "permits": permits,
        # What was typed goes along with the wish for a code, in the body again. As a form: what a
        # template looks up in vain is logged with its context (Django, at DEBUG).
        "form": form,
        "mobile": is_mobile(plain_phone(form.cleaned_data["phone"])),
        "errors": [{"text": problem.detail}] if problem else [],
    }
    return drawn(request, "progress_case", context, problem)


def asking(request: HttpRequest, form: ProgressForm) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/progress.html", {"form": form}, status=status)


@never_cache
@sensitive_post_parameters()
@require_POST
def ask_code(request: HttpRequest) -> HttpResponse:
    """Send a code to the phone of a case, for whoever knows both numbers."""
    form = ProgressForm(request.POST)
    found = found_by(request, form) if form.is_valid() else None
    if found is None:
        return asking(request, form)
    try:
        send(request, plain_phone(form.cleaned_data["phone"]), purpose=PROGRESS)
    except NOT_SENT as problem:
        return shown_to_all(request, form, found, problem)
    for kind, (name, _page) in FOLLOWED.items():
        request.session.pop(name, None)
        if isinstance(found, kind):
            request.session[name] = found.pk
    return redirect("applications:progress-code")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    return taking(
        request,
        PROGRESS,
        here="applications:progress-code",
        before="applications:progress",
        onward=lambda request: redirect(
            next(page for name, page in FOLLOWED.values() if name in request.session)
        ),
        along=[name for name, _page in FOLLOWED.values()],
    )


@never_cache
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """The case as its applicant reads it, once its phone has shown itself; nothing is done here."""
    case = followed(request)
    if case is None:
        return redirect("applications:progress")
    context = case_context(case, header(case, None), receipts=False)
    context |= {
        "files_closed": True,
        "progress_only": True,
        "may_go_online": CASES.why_not(case, "go_online") is None,
        "form_token": form_token(request, case.version),
        **followed_context(case),
        **accesses_context(case),
    }
    return render(request, "applications/case.html", context)


@never_cache
@require_POST
def go_online(request: HttpRequest) -> HttpResponse:
    """Let the customer of a counter take the steps alone, as who applies without an account."""
    case = followed(request)
    if case is None:
        return redirect("applications:progress")
    if reason := CASES.why_not(case, "go_online"):
        raise WrongState(reason)
    limits.require(Meter.LINK_PHONE, case.phone)
    with transaction.atomic():
        contact = visits.new_contact(case.phone)
        request.user = by = visits.person_of(contact)
        by.shown_phone = bytes(case.phone_digest)
        take(request, CASES, case, "go_online")
        visits.enter(request, contact)
        leave_link(request, case.number)
    messages.success(request, _("You go on with this case online."))
    return redirect("applications:case", case.number)
