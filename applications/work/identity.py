"""The page on which staff see who a case is for: for a reason, and never by going back to it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.decorators import person
from applications import casefile
from applications.actions import CASES
from applications.header import header
from applications.models import Application
from applications.queries import case_for
from applications.reveal import NOT_YOURS, Reveal, may_reveal, reveal
from applications.work.views import answer, case_page, desk
from core.form_token import posted
from core.forms import form_of
from core.problems import Forbidden
from workflow.pages import act_once

IdentityForm = form_of(Reveal, rows=2)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk
def page(request: HttpRequest, number: str) -> HttpResponse:
    by = person(request)
    case = case_for(number, by)
    if may_reveal(case, by) is None:
        return case_page(request, case, Forbidden(NOT_YOURS))
    form = IdentityForm(posted(request))

    def enter() -> None:
        def act(_version: int) -> None:
            """Nothing moves: the version does not matter."""
            reveal(application=case, body=form.body(), by=by)

        act_once(request, CASES, case, {"identity": form.body()}, act)

    def shown() -> HttpResponse:
        rows = [*casefile.who_rows(case), *proposed_rows(case)]
        context = {"case": case, "header": header(case, by), "rows": rows}
        return render(request, "work/identity.html", context)

    label = _("Show name, number and phone in full")
    lead = _("To compare them with a document, or to ring. Who saw them, when and why is recorded.")
    return answer(request, case, form, label, enter, lead=lead, after=shown)


def proposed_rows(case: Application) -> casefile.Rows:
    """What a correction that waits proposes, to be compared with its document."""
    proposed = case.open_correction
    if proposed is None:
        return []
    return [
        {"key": _("Name as it should be"), "value": proposed.name},
        {
            "key": _("Identity number or credit code as it should be"),
            "value": proposed.id_number,
        },
    ]
