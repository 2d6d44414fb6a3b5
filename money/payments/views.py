"""Pages of payments: leaving to pay, and looking what has become of it, on the page of a charge;
what the supply company does with money that came; its list."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import person, role_required
from accounts.roles import COMPANY
from applications.appointments.views import Side
from core.forms import BodyForm, form_of
from core.paging import NEWEST_FIRST, page_of
from core.place import client_address
from core.problems import Missing, Problem
from deadlines.sweep import settle
from money.charges.reading import one_context, one_url
from money.charges.views import AT_WORK, charge_of, one_page, step_of
from money.payments import queries, reading
from money.payments.actions import PAYMENTS, REFUNDS, order_for
from money.payments.filters import ListFilter
from money.payments.models import Payment, Refund
from money.payments.rounds import look_up, place
from money.payments.workflow import PaymentState
from money.providers.interface import Outcome
from workflow.machine import acts_of
from workflow.pages import OVERTAKEN

PAYMENT_FORMS: Final[dict[str, type[BodyForm]]] = {
    name: form_of(said.body, rows=3)
    for name, said in acts_of(Payment).items()
    if said.who and name != "order"
}
REFUND_FORMS: Final[dict[str, type[BodyForm]]] = {
    name: form_of(said.body, rows=3) for name, said in acts_of(Refund).items() if said.who
}


@never_cache
@require_POST
def pay(request: HttpRequest, number: str, pk: int, side: Side) -> HttpResponse:
    """Freeze what is to be paid, and lead to where it is paid. A form cannot lead to another site
    (`form-action`), so it is answered with a page that leads on."""
    charge = charge_of(request, pk, number)
    settle(charge.application.ref)
    try:
        payment = order_for(charge, person(request))
    except OVERTAKEN as problem:
        return one_page(request, charge_of(request, pk, number), side, problem)
    onward = one_url(charge, side.pages)
    back = request.build_absolute_uri(onward)
    placed = place(payment, client=client_address(request), back=back)
    if placed.outcome is not Outcome.TAKEN:
        text = _("The payment provider does not answer at present. Nothing was paid: try again in a minute.")  # fmt: skip # noqa: E501
        messages.error(request, text)
        return redirect(onward)
    context = {**one_context(charge), "address": placed.address}
    response = render(request, "money/leaving.html", context)
    response["Refresh"] = f"0; url={placed.address}"
    return response


@require_POST
def look(
    request: HttpRequest, pk: int, order: str, side: Side, number: str | None = None
) -> HttpResponse:
    """Ask the provider now; the worker asks by itself too."""
    charge = charge_of(request, pk, number)
    try:
        one = look_up(queries.one_of(charge, order))
    except Problem as problem:
        if isinstance(problem, Missing):
            raise
        return one_page(request, charge, side, problem)
    if one.state == PaymentState.OPEN:
        messages.info(request, _("The provider has no payment for this yet."))
    return redirect(one_url(charge, side.pages))


@require_http_methods(["GET", "HEAD", "POST"])
def payment_step(request: HttpRequest, pk: int, order: str, action: str) -> HttpResponse:
    """What the supply company does with a payment: its form, and what becomes of it."""
    one = queries.one_of(charge_of(request, pk, None), order)
    if action == "ask":
        new = Refund(application=one.application, payment=one)
        return step_of(request, REFUNDS, new, action, REFUND_FORMS, charge=one.charge, side=AT_WORK)
    return step_of(request, PAYMENTS, one, action, PAYMENT_FORMS, charge=one.charge, side=AT_WORK)


@require_http_methods(["GET", "HEAD", "POST"])
def refund_step(request: HttpRequest, pk: int, refund: str, action: str) -> HttpResponse:
    one = queries.refund_of(charge_of(request, pk, None), refund)
    if action == "ask":
        raise Missing
    return step_of(request, REFUNDS, one, action, REFUND_FORMS, charge=one.charge, side=AT_WORK)


@require_safe
@role_required(*COMPANY)
def payments(request: HttpRequest) -> HttpResponse:
    """What was ordered and received in the districts of the supply company's people."""
    filters = ListFilter(request.GET, queries.at_desk(person(request)))
    page = page_of(request, filters.qs, order=NEWEST_FIRST)
    context = {"form": filters.form, "page": page, "rows": reading.rows_of(page.rows)}
    return render(request, "money/payments.html", context, status=filters.form.status)
