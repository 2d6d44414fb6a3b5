"""Entering a charge, under the head of its case on the supply company's desk."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import person
from applications.actions import CASES
from applications.queries import case_for
from applications.states import ZERO_INVESTMENT
from applications.work.views import answer, case_page, desk
from core.form_token import posted
from core.problems import Forbidden, WrongState
from money import charges
from money.forms import ChargeForm
from money.queries import fees_in_force, payees_in_force
from workflow.pages import act_once


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def charge(request: HttpRequest, number: str) -> HttpResponse:
    """Enter a charge by an item of the published catalogue."""
    by = person(request)
    case = case_for(number, by)
    try:
        charges.charging(case, by)
    except Forbidden as problem:
        return case_page(request, case, problem)
    if request.method != "POST" and case.kind in ZERO_INVESTMENT:
        text = _("A case of this kind takes no charge.")
        return case_page(request, case, WrongState(text))
    if request.method != "POST" and not fees_in_force().exists():
        text = _("The published catalogue has no item in force today: nothing can be charged.")
        return case_page(request, case, WrongState(text))
    if request.method != "POST" and not payees_in_force().exists():
        text = _("No payee is declared today: nothing can be charged.")
        return case_page(request, case, WrongState(text))
    form = ChargeForm(posted(request))

    def enter() -> None:
        body = form.body()

        def act(_version: int) -> None:
            charges.charge(application=case, body=body, by=by)

        act_once(request, CASES, case, {"charge": body}, act)

    return answer(
        request,
        case,
        form,
        _("Enter a charge"),
        enter,
        lead=_("Only items of the published catalogue can be charged, at their published rate."),
    )
