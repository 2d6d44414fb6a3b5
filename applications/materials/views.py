"""Ordering materials and meters for a case at the supply company's desk, and cancelling that."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import person
from applications.actions import CASES
from applications.materials.actions import ORDERS
from applications.materials.forms import MaterialOrderForm
from applications.materials.models import MaterialOrder
from applications.materials.queries import one_of
from applications.queries import case_for
from applications.work.views import answer, case_page, desk, done
from core.form_token import posted
from core.problems import WrongState
from workflow.machine import acts_of
from workflow.pages import OVERTAKEN, act_once

LEAD = _(
    "The supply chain's system is told item, quantity, works, district, town and the number of the "
    "case, and nobody's name, phone or address. The limits of the case go on."
)


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Order one item; the page of the case, with the reason, where it cannot be ordered now."""
    by = person(request)
    case = case_for(number, by)
    new, said = MaterialOrder(application=case), acts_of(MaterialOrder)["order"]
    if request.method != "POST":
        try:
            ORDERS.role_in(new, said, by)
            if reason := ORDERS.why_not(new, "order"):
                raise WrongState(reason)
        except OVERTAKEN as problem:
            return case_page(request, case, problem)
    form = MaterialOrderForm(case, posted(request))

    def act(_version: int) -> None:
        """Nothing of the case moves: its version does not matter."""
        ORDERS.perform(new, "order", by=by, body=form.body())

    return answer(
        request,
        case,
        form,
        str(said.label),
        lambda: act_once(request, CASES, case, {"materials": form.body()}, act),
        lead=LEAD,
    )


@require_POST
@desk
def cancel(request: HttpRequest, number: str, ref: UUID) -> HttpResponse:
    """Take an order back that has not left yet."""
    case = case_for(number, person(request))
    one = one_of(case, ref)

    def act(_version: int) -> None:
        ORDERS.perform(one, "cancel", by=person(request))

    try:
        act_once(request, CASES, case, {"cancel": str(ref)}, act)
    except OVERTAKEN as problem:
        return case_page(request, CASES.read_anew(case), problem)
    return done(request, case, str(acts_of(MaterialOrder)["cancel"].label))
