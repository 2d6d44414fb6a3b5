"""Signing by a code that is sent to the applicant's phone, for the one text that was read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import codes
from accounts.decorators import person, signed_in
from accounts.parties import Contact, PhoneCode
from applications.actions import CASES
from applications.contracts.queries import phone_of
from applications.contracts.text import contract_text
from applications.forms import CodeForm
from applications.models import Application
from applications.views.account import own_case, refuse
from applications.views.codes import NOT_SENT, code_page, refuse_code, send, taken
from core.fields import text_digest
from core.form_token import once
from core.problems import Problem, WrongState
from deadlines.sweep import settle
from workflow.pages import OVERTAKEN

CONTRACT = PhoneCode.Purpose.CONTRACT
ACT = "sign_contract"


@never_cache
@sensitive_post_parameters()
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def sign_by_code(request: HttpRequest, number: str) -> HttpResponse:
    """Send a code for the text as it stands, and sign with it; a code for another text does not."""
    case = own_case(request, number)
    phone = phone_of(case, person(request).party_id)
    if phone is None:
        return redirect("applications:act", case.number, ACT)
    if request.method == "POST" and request.POST.get("do") != "again":
        return _sign(request, case)
    if reason := CASES.why_not(case, ACT):
        return refuse(request, WrongState(reason), case)
    if request.method != "POST":
        return _asking(request, case, CodeForm())
    return _send(request, case, phone)


def _send(request: HttpRequest, case: Application, phone: Contact) -> HttpResponse:
    """Send a code for the text that was on the page; where it is another one by now, none."""
    waiting, signs = codes.asked(request, CONTRACT), text_digest(contract_text(case))
    if signs != (request.POST.get("text") or (waiting.signs if waiting else "")):
        return _back_to_the_text(request, case)
    try:
        send(request, phone.address, phone, purpose=CONTRACT, signs=signs)
    except NOT_SENT as problem:
        return _asking(request, case, CodeForm(), problem)
    return redirect("applications:contract-code", case.number)


def _sign(request: HttpRequest, case: Application) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _asking(request, case, form)
    text = _text_of_code(request, case, form.cleaned_data["code"])
    if not text:
        refuse_code(form)
        return _asking(request, case, form)
    settle(case.ref)
    body = {"text": text}

    def act() -> None:
        CASES.perform(case, ACT, by=person(request), body=body)

    try:
        once(request, {"act": ACT, **body}, act)
    except OVERTAKEN as problem:
        return refuse(request, problem, case)
    messages.success(request, _("The contract is signed. The supply company has the case."))
    return redirect("applications:case", case.number)


def _text_of_code(request: HttpRequest, case: Application, code: str) -> str:
    """The digest of the text that a code signs, taken once; empty for one that is not right."""
    row = taken(request, CONTRACT, code)
    return row.signs if row else ""


def _asking(
    request: HttpRequest, case: Application, form: CodeForm, problem: Problem | None = None
) -> HttpResponse:
    """Ask for the code that was sent for this text; for another one, lead back to the text."""
    waiting = codes.asked(request, CONTRACT)
    before = reverse("applications:act", args=[case.number, ACT])
    if waiting and waiting.signs == text_digest(contract_text(case)):
        here = reverse("applications:contract-code", args=[case.number])
        button = _("Sign the contract")
        return code_page(
            request, waiting, form, problem,
            here=here, before=before, button=button, number=case.number,
        )  # fmt: skip
    if problem:
        messages.error(request, str(problem.detail))
        return redirect(before)
    return _back_to_the_text(request, case, told=waiting is not None)


def _back_to_the_text(
    request: HttpRequest, case: Application, *, told: bool = True
) -> HttpResponse:
    if told:
        text = _("The contract is not the text that you read. Read it again and ask for a code.")
        messages.warning(request, text)
    return redirect("applications:act", case.number, ACT)
