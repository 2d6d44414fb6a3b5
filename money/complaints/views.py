"""Pages of complaints about charges: where one is made, and the same pages of it for the regulator
who decides (/oversight/), the supply company (/work/) and the applicant's side (/account/)."""

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.decorators import person, signed_in
from accounts.models import User
from accounts.roles import COMPANY, SUPERVISORS, Role
from applications.actions import CASES
from applications.by_whom import APPLICANT
from applications.models import Application
from applications.views.account import own_case, refuse
from applications.who import as_applicant
from core.form_token import form_token, posted
from core.forms import BodyForm, form_of
from core.problems import Forbidden, QuotaReached, WrongState
from money.charges.queries import one_of as charge_of
from money.complaints import queries
from money.complaints.actions import COMPLAINTS, complain, why_not
from money.complaints.filters import ListFilter
from money.complaints.models import Complaint
from money.complaints.reading import (
    COMPANY_PAGES,
    OWN_PAGES,
    WATCHED_PAGES,
    by_when,
    charge_facts,
    one_context,
    rows_of,
)
from money.complaints.workflow import NewComplaint
from workflow.clocked.lists import Cell, Column, Listed
from workflow.clocked.pages import Pages, Side
from workflow.machine import acts_of
from workflow.pages import act_once, answer_form

OWN: Final = Side(OWN_PAGES, (Role.APPLICANT,), "applications:case", frame="base.html", lists=False)
AT_WORK: Final = Side(COMPANY_PAGES, COMPANY, "work:case")
WATCHED: Final = Side(WATCHED_PAGES, SUPERVISORS, "oversight:case")
ComplaintForm = form_of(NewComplaint, rows=6)


def shown(complaint: Complaint, _user: User, side: Side) -> dict[str, Any]:
    case_url = reverse(side.case, args=[complaint.application.number])
    context = {**one_context(complaint), "case_url": case_url}
    if not side.lists:
        context |= {"list_url": f"{case_url}#cost", "list_label": _("Back to the case")}
    return context


LISTED: Final = Listed(
    columns=(
        Column(gettext_lazy("Complaint"), lambda row: Cell(row.ground, row.number)),
        Column(gettext_lazy("Charge"), lambda row: Cell(row.item, row.amount)),
        Column(gettext_lazy("Who is paid"), lambda row: Cell(row.payee, warning=row.affiliated)),
        Column(gettext_lazy("Place"), lambda row: Cell(row.place)),
        Column(gettext_lazy("Complained on"), lambda row: Cell(at=row.since)),
    ),
    none=gettext_lazy("No complaint waits for a decision"),
    then=gettext_lazy(
        "When somebody complains about a charge, it stands here at that moment, with the day by "
        "which the regulator decides."
    ),
    none_fits=gettext_lazy("No complaint fits these filters"),
    note=gettext_lazy(
        "What runs out first stands first. A complaint costs its applicant no time: the case goes "
        "on, and the charge is not due until it is decided."
    ),
)
PAGES: Final = Pages(
    templates="money/complaints",
    heading=gettext_lazy("Complaints about charges"),
    back=gettext_lazy("Back to the complaint"),
    workflow=COMPLAINTS,
    at_work=WATCHED,
    forms={name: form_of(said.body, rows=6) for name, said in acts_of(Complaint).items()},
    filters=ListFilter,
    listed=queries.watched,
    find=queries.one_for,
    rows=rows_of,
    shows=LISTED,
    shown=shown,
)
COMPANY_PAGE: Final = replace(PAGES, at_work=AT_WORK, listed=queries.at_company)
OWN_PAGE: Final = replace(PAGES, at_work=OWN, find=queries.own)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def complaining(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Complain about a charge, once however often the form is sent."""
    case, user = own_case(request, number), person(request)
    charge = charge_of(case, pk)
    if as_applicant(case, user) is None:
        raise Forbidden(APPLICANT["refusal"])
    reason = why_not(charge)
    if reason and request.method != "POST":
        return refuse(request, WrongState(reason), case)

    def page(form: BodyForm, problem: QuotaReached | None = None) -> HttpResponse:
        context = {
            "case": case,
            "facts": charge_facts(charge),
            "by_when": by_when(case),
            "form": form,
            "label": _("Send the complaint"),
            "form_token": form_token(request, case.version),
        }
        status = problem.status if problem else 422 if form.errors else 200
        return render(request, "money/complaints/complain.html", context, status=status)

    def act(_version: int) -> None:
        complain(charge=charge, body=form.body(), by=user)

    form = ComplaintForm(posted(request))
    try:
        return answer_form(
            form,
            lambda: act_once(request, CASES, case, {"complain": pk, "body": form.body()}, act),
            page=page,
            overtaken=lambda problem: refuse(request, problem, case),
            done=lambda: done(request, case),
        )
    except QuotaReached as problem:
        form.refused(problem)
        return page(form, problem)


def done(request: HttpRequest, case: Application) -> HttpResponse:
    messages.success(
        request, _("Your complaint is with the regulator. The decision comes to this page.")
    )
    return redirect(reverse("applications:case", args=[case.number]) + "#cost")
