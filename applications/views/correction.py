"""The pages that correct the phone of a case: the new number shows itself by a code first."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import codes, visits
from accounts.decorators import person, signed_in
from accounts.models import User
from accounts.parties import PhoneCode
from applications.actions import CASES
from applications.correction import signed_by
from applications.forms import CodeForm, PhoneForm
from applications.models import Application
from applications.queries import drafts_of, own
from applications.views.account import own_case, refuse
from applications.views.codes import NOT_SENT, code_page, drawn, refuse_code, send, taken
from applications.views.visit import leave_link
from core.form_token import once
from core.problems import Invalid, Problem, WrongState
from deadlines.sweep import settle
from workflow.pages import OVERTAKEN

ACT: Final = "correct_phone"
#: Links that are sent anew, the newest cases first: an SMS each.
LINKS: Final = 5
PHONE: Final = PhoneCode.Purpose.PHONE


@never_cache
@sensitive_post_parameters()
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the number as it should be, and send a code there."""
    case = own_case(request, number)
    if reason := CASES.why_not(case, ACT):
        return refuse(request, WrongState(reason), case)
    form, problem = PhoneForm(request.POST or None), None
    form.fields["phone"].help_text = _("A code is sent there. The number before is told of it.")
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["phone"]
        if wanted == case.phone:
            form.add_error("phone", _("This is the number that the case has."))
        else:
            try:
                send(request, wanted, purpose=PHONE, signs=signed_by(case, wanted))
            except NOT_SENT as refused:
                problem = refused
                form.add_error(None, str(refused.detail))
            else:
                return redirect("applications:phone-code", case.number)
    return drawn(request, "correct_phone", {"form": form, "case": case}, problem)


@never_cache
@sensitive_post_parameters()
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, number: str) -> HttpResponse:
    """Take the code, and with it the number."""
    case = own_case(request, number)
    waiting, form = codes.asked(request, PHONE), CodeForm(request.POST or None)
    if request.method == "POST" and request.POST.get("do") == "again" and waiting:
        try:
            send(request, waiting.address, purpose=PHONE, signs=waiting.signs)
        except NOT_SENT as problem:
            return _asking(request, case, CodeForm(), problem)
        return redirect("applications:phone-code", case.number)
    if request.method != "POST" or not form.is_valid():
        return _asking(request, case, form)
    shown = _shown(request, case, form.cleaned_data["code"])
    if shown is None:
        refuse_code(form)
        return _asking(request, case, form)
    return _correct(request, case, shown)


def _shown(request: HttpRequest, case: Application, typed: str) -> str | None:
    """The number that a code has shown to be at hand for this case, taken once."""
    row = taken(request, PHONE, typed)
    return row.address if row and row.signs == signed_by(case, row.address) else None


def _correct(request: HttpRequest, case: Application, number: str) -> HttpResponse:
    settle(case.ref)
    by = person(request)

    def act() -> None:
        CASES.perform(case, ACT, by=by, body={"phone": number})
        if not by.has_account:
            move_visit(request, by, number)

    try:
        once(request, {"act": ACT, "phone": signed_by(case, number)}, act)
    except (*OVERTAKEN, Invalid) as problem:
        return refuse(request, problem, case)
    messages.success(request, _("The phone number is corrected. Messages go there from now on."))
    return redirect("applications:case", case.number)


def move_visit(request: HttpRequest, by: User, number: str) -> None:
    """Let somebody without an account be told, and come back, by the new phone alone: its links are
    sent there anew, and those of the phone before lead nowhere."""
    before = visits.contact_of(request)
    if before is None:
        return
    moved, _new = by.party.contacts.get_or_create(
        channel=before.channel,
        address_digest=before.digest(before.channel, number),
        ended_at=None,
        defaults={
            "address": number, "language": before.language, "confirmed_at": timezone.now(),
        },
    )  # fmt: skip
    if moved.pk == before.pk:
        return
    before.ended_at = timezone.now()
    before.save(update_fields=["ended_at"])
    visits.enter(request, moved)
    cases = Application.objects.filter(own(by), ended_at=None).values_list("number", flat=True)
    begun = drafts_of(by).values_list("number", flat=True)
    for held in [*cases.order_by("-id")[:LINKS], *begun][:LINKS]:
        leave_link(request, held)


def _asking(
    request: HttpRequest, case: Application, form: CodeForm, problem: Problem | None = None
) -> HttpResponse:
    waiting = codes.asked(request, PHONE)
    before = reverse("applications:phone-correct", args=[case.number])
    if waiting is None or waiting.signs != signed_by(case, waiting.address):
        return redirect(before)
    here = reverse("applications:phone-code", args=[case.number])
    button = _("Correct the phone number")
    return code_page(
        request, waiting, form, problem,
        here=here, before=before, button=button, number=case.number,
    )  # fmt: skip
