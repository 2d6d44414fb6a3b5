"""The pages of a correction of name and number: the applicant's side proposes it, the supply
company decides it."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.decorators import person, signed_in
from accounts.identities import ConfirmedIdentity
from applications.actions import CASES
from applications.corrections.queries import with_files
from applications.corrections.serializers import CorrectionDecision, Proposal
from applications.counter.views import phone_for_code, send_for, take_confirmed, with_code
from applications.models import Application, act_named
from applications.queries import case_for
from applications.reveal import may_reveal
from applications.views.account import own_case, refuse
from applications.views.acting import tasks
from applications.work.views import answer, case_page, desk, why_not_now
from core.form_token import form_token, posted
from core.forms import FILES, BodyForm, form_of
from core.problems import WrongState
from core.templatetags.city import masked_id, masked_name
from workflow.pages import answer_form, take

CORRECT: Final = "correct_identity"
DECIDE: Final = "decide_correction"
#: Corrections that have ended, the newest first: the API has all of them.
EARLIER: Final = 20


class ProposalForm(form_of(Proposal, rows=3, files=True)):  # type: ignore[misc]
    """What should be, and the document that shows it."""

    def __init__(self, *args: Any, confirmed: bool, **kwargs: Any) -> None:
        """`confirmed`: an identity service has said who the applicant is."""
        super().__init__(*args, **kwargs)
        self.fields[FILES].label = gettext_lazy("Document that shows it")
        self.fields[FILES].required = not confirmed

    def field_of(self, pointer: str) -> str | None:
        return FILES if pointer == "/files" else super().field_of(pointer)


DecisionForm: Final = form_of(CorrectionDecision, rows=3)


@never_cache
@sensitive_post_parameters()
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest, number: str) -> HttpResponse:
    """Propose another name or number; while one waits, how it stands."""
    case, by = own_case(request, number), person(request)
    waits = case.open_correction
    if request.method != "POST":
        CASES.role_in(case, act_named(CORRECT), by)
        if waits is None and (reason := CASES.why_not(case, CORRECT)):
            return refuse(request, WrongState(reason), case)
    sent, confirmed = posted(request), ConfirmedIdentity.objects.of(case.filed_by_id) is not None
    files = None if sent is None else request.FILES
    form = ProposalForm(sent, files, confirmed=confirmed)

    def page(form: BodyForm) -> HttpResponse:
        papers = tasks(case, CORRECT)
        context = {
            "case": case,
            "form": form,
            "form_token": form_token(request, case.version),
            "waits": waits,
            "earlier": case.identity_corrections.exclude(outcome="").order_by("-id")[:EARLIER],
            "tasks": papers,
            "code_phone": phone_for_code(case, CORRECT),
        }
        status = 422 if form.errors else 200
        return render(request, "applications/correct_identity.html", context, status=status)

    def done() -> HttpResponse:
        if CASES.read_anew(case).correcting:
            text = _("It is proposed. The supply company compares it and tells you.")
        else:
            text = _("Name and number are corrected, as the identity service has confirmed them.")
        messages.success(request, text)
        return redirect("applications:case", case.number)

    if phone_for_code(case, CORRECT):
        with_code(form)
        if request.POST.get("do") == "code":
            return send_for(request, case, CORRECT, form, page)
    return answer_form(
        form,
        lambda: take_confirmed(request, case, CORRECT, form),
        page=page,
        overtaken=lambda problem: refuse(request, problem, case),
        done=done,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """Compare what a case says of its applicant with what is proposed, and decide."""
    case = case_for(number, person(request))
    if request.method != "POST" and (closed := why_not_now(case, DECIDE, person(request))):
        return case_page(request, case, closed)
    form = DecisionForm(posted(request))
    return answer(
        request,
        case,
        form,
        str(act_named(DECIDE).label),
        lambda: take(request, CASES, case, DECIDE, form.body()),
        template="work/correction.html",
        **compared(case),
        may_reveal=may_reveal(case, person(request)) is not None,
    )


def compared(case: Application) -> dict[str, Any]:
    """What is proposed beside what the case has, masked, with its document."""
    waits = case.open_correction
    if waits is None:
        return {}
    [waits] = with_files([waits])
    return {
        "correction": waits,
        "identity_url": reverse("work:identity", args=[case.number]),
        "table": {
            "caption": _("Name and number, as they are and as they should be"),
            "columns": [{"label": _("What")}, {"label": _("Now")}, {"label": _("Proposed")}],
            "rows": [
                [_("Name"), masked_name(case.applicant_name), masked_name(waits.name)],
                [
                    _("Identity number or credit code"),
                    masked_id(case.id_number),
                    masked_id(waits.id_number),
                ],
            ],
            "stack": True,
        },
    }
