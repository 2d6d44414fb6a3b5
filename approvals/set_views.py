"""The digital bureau's page of sets of permits, for the leads of districts too."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, role_required
from accounts.roles import COORDINATORS
from approvals import sets
from approvals.forms import FORMS
from approvals.sets import SetFilter
from core.clock import city_now
from core.form_token import form_token, once, posted
from core.forms import BodyForm
from core.paging import page_of
from core.problems import Problem, WrongState
from deadlines.sweep import settle

coordinating = role_required(*COORDINATORS)


@require_safe
@coordinating
def list_page(request: HttpRequest) -> HttpResponse:
    filters = SetFilter(request.GET, sets.under_way(person(request)))
    page = page_of(request, filters.qs, order=sets.ORDER)
    context = {
        "form": filters.form,
        "page": page,
        "rows": [
            (row, list(sets.parties(row.awaited))) for row in sets.rows_of(page.rows, city_now())
        ],
    }
    return render(request, "approvals/sets.html", context, status=filters.form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinating
def chase(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask everybody who is awaited for a set what keeps it, in the same words."""
    user = person(request)
    found = sets.round_for(user, pk)
    form = FORMS["chase"](posted(request))

    def page(form: BodyForm, problem: Problem | None = None) -> HttpResponse:
        row = sets.row_of(found)
        context = {
            "row": row,
            "parties": list(sets.parties(row.awaited)),
            "form": form,
            "form_token": form_token(request, 0),
            "problem": problem,
        }
        status = problem.status if problem else 422 if form.errors else 200
        return render(request, "approvals/set_chase.html", context, status=status)

    if not form.is_bound or not form.is_valid():
        return page(form)
    settle(found.line_works.case_ref)
    said = form.body()
    try:
        chased = once(request, {"set": pk, **said}, lambda: sets.chase_set(found, user, said))
    except WrongState as problem:
        return page(form, problem)
    text = ngettext("Chased: %(count)s permit.", "Chased: %(count)s permits.", len(chased))
    messages.success(
        request, _("%(done)s Case %(number)s.") % {
            "done": text % {"count": len(chased)}, "number": found.line_works.application,
        },
    )  # fmt: skip
    return redirect("bureau:sets")
