"""Fetching a licence, and using an accepted document again, on pages."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import person, signed_in
from applications.actions import CASES
from applications.checklist import SUBJECT
from applications.licences.actions import begin, carry_out, reuse
from applications.licences.models import TOLD, LicenceFetch
from applications.licences.ways import NONE, NOT_OFFERED, Fetching, ways_of
from applications.models import Application
from applications.states import State
from applications.views.account import own_case, refuse
from applications.views.uploads import asked_by
from core.form_token import form_token, once, posted
from core.forms import BodyForm
from core.problems import Forbidden, WrongState
from core.templatetags.city import masked_id, masked_name
from deadlines.sweep import settle
from documents.queries import about
from rules.licences import licence_rules
from workflow.pages import OVERTAKEN, act_once, answer_form


class ConsentForm(BodyForm):
    """`consent` says of which text it is: what was read is what is agreed to."""

    consent = forms.CharField(widget=forms.HiddenInput)
    agree = forms.BooleanField(
        label=gettext_lazy("I agree that this licence is fetched for this application."),
        error_messages={
            "required": gettext_lazy("Tick the box to agree. Without it, upload the document.")
        },
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def fetching(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """What is agreed to before a licence is fetched, and the fetch itself."""
    case, by = own_case(request, number), person(request)
    offered = ways_of(case, by, list(about(SUBJECT, case.pk))).get(code, NONE).fetching
    if request.method != "POST":
        if offered is None:
            return refuse(request, WrongState(NOT_OFFERED), case)
        if offered.refused:
            return refuse(request, Forbidden(offered.refused), case)
    form = ConsentForm(posted(request), initial={"consent": offered.sha256 if offered else ""})

    def page(form: BodyForm) -> HttpResponse:
        return _consent_page(request, case, code, offered, form)

    def fetch() -> None:
        settle(case.ref)
        consent = form.cleaned_data["consent"]
        said = {"requirement": code, "consent": consent}
        pk = once(request, said, lambda: begin(application=case, by=by, **said).pk)
        found = carry_out(LicenceFetch.objects.get(pk=pk), application=case, by=by)
        if found.outcome == LicenceFetch.Outcome.FETCHED:
            messages.success(request, _("The licence is here."))
        else:
            messages.error(request, str(TOLD[found.outcome]))

    return answer_form(
        form,
        fetch,
        page=page,
        overtaken=lambda problem: refuse(request, problem, case),
        done=lambda: redirect(_back(request, case, code)),
    )


def _consent_page(
    request: HttpRequest, case: Application, code: str, offered: Fetching | None, form: BodyForm
) -> HttpResponse:
    if offered is None:
        return refuse(request, WrongState(NOT_OFFERED), case)
    context = {
        "case": case,
        "licence": offered.kind.name,
        "library": licence_rules().library,
        "sentences": offered.text.splitlines(),
        "rows": [
            {"key": _("Name"), "value": masked_name(case.applicant_name)},
            {
                "key": _("Identity number or credit code"),
                "value": masked_id(case.id_number),
            },
        ],
        "form": form,
        "form_token": form_token(request, case.version),
        "for_action": asked_by(request),
        "back_url": _back(request, case, code),
    }
    status = 422 if form.errors else 200
    return render(request, "applications/licence.html", context, status=status)


@signed_in
@require_POST
def reusing(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Use an accepted document again, with one button."""
    case, by = own_case(request, number), person(request)

    def step(_version: int) -> None:
        """As a file, it may come in beside any other step: the version does not matter."""
        reuse(application=case, requirement=code, by=by)

    try:
        act_once(request, CASES, case, {"requirement": code}, step)
    except OVERTAKEN as problem:
        return refuse(request, problem, case)
    messages.success(request, _("The document that was accepted before is used here again."))
    return redirect(_back(request, case, code))


def _back(request: HttpRequest, case: Application, code: str) -> str:
    """Where the document can be uploaded instead: all on one page, or this one."""
    wanted = asked_by(request)
    if case.state == State.DRAFT and not wanted:
        return reverse("applications:documents", args=[case.number])
    url = reverse("applications:document", args=[case.number, code])
    return f"{url}?for={wanted}" if wanted else url
