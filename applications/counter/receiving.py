"""The page on which a clerk of any counter lets a customer go on there: found by number and phone,
taken with a code to that phone or a signed paper."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.decorators import person, role_required
from accounts.roles import COUNTER
from applications.actions import CASES
from applications.counter.actions import choice_of, place_of, take_for
from applications.counter.confirming import GO, send_decision
from applications.counter.serializers import CODE_MAX
from applications.enquiries.models import Enquiry
from applications.forms import ProgressForm
from applications.header import header
from applications.models import Application
from applications.referrals.models import Referral
from applications.views.codes import NOT_SENT
from applications.views.progress import found_by
from core.fields import blind_index
from core.form_token import form_key, fresh_key, once
from core.forms import ACCEPT
from core.identifiers import is_mobile, plain
from core.place import one_client
from core.problems import Invalid, Missing, Problem
from core.templatetags.city import masked_phone
from core.widgets import line_of
from deadlines.sweep import settle
from documents.actions import digest_of
from notifications.providers import is_open
from reliability.reports.models import Report
from rules.delivery import Channel
from workflow.pages import OVERTAKEN


class TakeForm(ProgressForm):
    """Number and phone go along in the body, with what the customer shows."""

    code = forms.CharField(
        label=gettext_lazy("Code from the customer's SMS"),
        required=False,
        max_length=CODE_MAX,
        widget=line_of(10, inputmode="numeric", autocomplete="off"),
    )
    paper = forms.FileField(
        label=gettext_lazy("Or: the wish on paper, signed"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("number", "phone"):
            self.fields[name].widget = forms.HiddenInput()


@never_cache
@sensitive_post_parameters()
@role_required(*COUNTER)
@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    """Find the case of a customer by what the customer says, then take it with code or paper."""
    wanted = request.POST.get("do", "")
    form = ProgressForm(request.POST or None)
    case = found_case(request, form) if request.method == "POST" and form.is_valid() else None
    if case is None:
        status = 422 if form.errors else 200
        return render(request, "work/counter.html", {"form": form}, status=status)
    if wanted == "code":
        return _send(request, case)
    if wanted == "take":
        return _take(request, case)
    return _found(request, case, TakeForm(initial=_pair(form)))


def found_case(request: HttpRequest, form: ProgressForm) -> Application | None:
    """The case of a number and phone, said by its customer; None is told in the form.

    Raises:
        TooMany: too many wrong pairs. Forbidden: the person is at no counter.
    """
    place_of(person(request))
    found = found_by(request, form)
    if found is None or isinstance(found, Application):
        if found is not None:
            person(request).said_case = found.ref
        return found
    form.add_error(None, str(AT_NO_COUNTER[type(found)]))
    return None


#: What is followed by a number and a phone, and taken at no counter.
AT_NO_COUNTER: Final = {
    Referral: gettext_lazy("This is an application for another city: its counter has it."),
    Enquiry: gettext_lazy("This is a question: it is answered under Progress, at no counter."),
    Report: gettext_lazy("This is a report: it is answered under Progress, at no counter."),
}


def _pair(form: forms.Form) -> dict[str, str]:
    return {name: form.cleaned_data[name] for name in ("number", "phone")}


def _send(request: HttpRequest, case: Application) -> HttpResponse:
    form, problem = TakeForm(request.POST), None
    form.is_valid()
    again = TakeForm(initial=_pair(form))
    try:
        send_decision(case, GO, {"office": place_of(person(request))}, client=one_client(request))
    except (*NOT_SENT, Invalid) as refused:
        problem = refused
    else:
        said = _("A code was sent to %(phone)s. The customer reads it out.")
        messages.success(request, said % {"phone": masked_phone(case.phone)})
    return _found(request, case, again, problem, key=fresh_key())


def _take(request: HttpRequest, case: Application) -> HttpResponse:
    form = TakeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _found(request, case, form)
    by, code, paper = person(request), plain(form.cleaned_data["code"]), form.cleaned_data["paper"]
    papers = [paper] if paper else []

    def act() -> None:
        CASES.perform(case, GO, by=by, uploads=papers)

    # What is kept of the form tells nothing of the customer.
    same = {
        "said": blind_index(f"{case.ref}\0{code}", "counter form").hex(),
        "files": [digest_of(each) for each in papers],
    }
    try:
        settle(case.ref)
        if code:
            take_for(case, choice_of(case, place_of(by)), code)
        once(request, same, act)
    except (*OVERTAKEN, Invalid, Missing) as problem:
        return _found(request, case, form, problem)
    messages.success(request, _("The case goes on at this counter. The customer is told."))
    return redirect("applications:case", case.number)


def _found(
    request: HttpRequest,
    case: Application,
    form: TakeForm,
    problem: Problem | None = None,
    *,
    key: str = "",
) -> HttpResponse:
    """The case as everybody with its number and phone sees it, and what takes it here."""
    reason = CASES.why_not(case, GO)
    if case.office_id == place_of(person(request)):
        reason = _("This counter has the case already.")
    texts = [error.reason for error in problem.errors] or [problem.detail] if problem else []
    context = {
        "case": case,
        "header": header(case, None),
        "form": form,
        "form_key": key or form_key(request),
        "reason": reason,
        "code_phone": masked_phone(case.phone)
        if is_mobile(case.phone) and is_open(Channel.SMS)
        else "",
        "errors": [{"text": text} for text in texts],
    }
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "work/counter.html", context, status=status)
