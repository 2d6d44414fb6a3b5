"""Pages of assignments: of one case, of all that somebody has, of who is away, of the cells."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import person, role_required
from accounts.models import User
from accounts.roles import SUPPLIERS, Role, role_words
from applications.actions import CASES
from applications.assignments import absences, cells, reading
from applications.assignments.forms import absence_form, assign_form, cell_form, hand_over_form
from applications.assignments.handing_over import ASSIGN, cases_with, hand_over
from applications.assignments.models import OPEN, CellMember, GridCell
from applications.assignments.queries import (
    LONGEST_FIRST,
    by_load,
    candidates,
    holders,
    led_by,
    to_assign,
)
from applications.queries import case_for
from applications.states import HIGH
from applications.work.views import answer, case_page, why_not_now
from core.counting import bounded
from core.form_token import form_token, fresh_key, fresh_token, once, posted, seen_version
from core.forms import BodyForm
from core.paging import page_of
from core.problems import Invalid, Missing, Stale
from rules.city import city
from workflow.pages import take, winner_words

leading = role_required(Role.SUPPLY_LEAD)
away = role_required(Role.SUPPLY_LEAD, *SUPPLIERS)


def role_named(code: str) -> Role:
    """One of the two; raises Missing."""
    if code not in SUPPLIERS:
        raise Missing
    return Role(code)


@require_safe
@leading
def overview(request: HttpRequest) -> HttpResponse:
    """What is to be assigned, the longest first, and how many cases everybody has."""
    lead = person(request)
    page = page_of(request, to_assign(lead), order=LONGEST_FIRST)
    context = {
        "page": page,
        "rows": reading.vacant_rows(page.rows),
        "loads": reading.loads(lead),
    }
    return render(request, "work/assignments/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@leading
def assign(request: HttpRequest, number: str, role: str) -> HttpResponse:
    """One case to somebody, in one role."""
    case, held = case_for(number, person(request)), role_named(role)
    if case.kind not in HIGH:
        raise Missing
    if request.method != "POST" and (closed := why_not_now(case, ASSIGN, person(request))):
        return case_page(request, case, closed)
    sent = posted(request)
    form = assign_form(sent, candidates(case, held, besides=sent is None))

    def enter() -> None:
        take(request, CASES, case, ASSIGN, {"role": role, **form.body()})

    label = _("Assign: %(role)s") % {"role": role_words(role)}
    lead = _("Whoever has the fewest open cases stands first; who is away today is left out.")
    return answer(request, case, form, label, enter, lead=lead)


@require_http_methods(["GET", "HEAD", "POST"])
@leading
def hand_all_over(request: HttpRequest, pk: int, role: str) -> HttpResponse:
    """All open cases of somebody to somebody else; each is told."""
    lead, held = person(request), role_named(role)
    user = get_object_or_404(User, pk=pk)
    rows = cases_with(user, held, lead)
    form = hand_over_form(posted(request), by_load(holders(held).exclude(pk=pk)))
    context = {"name": reading.name_of(user), "role": role_words(role), "form": form}
    if request.method == "POST" and form.is_valid():
        body = form.body()
        told = once(request, body, lambda: hand_over(user, held, body, by=lead))
        context |= {**told, "left": bounded(rows)}
        return render(request, "work/assignments/handed_over.html", context)
    context |= {"number": bounded(rows), "form_token": form_token(request, 0)}
    status = 422 if form.errors else 200
    return render(request, "work/assignments/hand_over.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@away
def absent(request: HttpRequest) -> HttpResponse:
    """Who is away, today and later; and entering an absence."""
    user = person(request)
    form = absence_form(posted(request), user)
    entered = _kept(request, form, lambda body: absences.enter(body, by=user).pk)
    if entered:
        messages.success(request, _("The absence is entered."))
        return redirect("assignments:absences")
    page = page_of(request, absences.seen_by(user), order=("-id",))
    context = {
        "form": form,
        "form_token": form_token(request, 0),
        "page": page,
        "rows": reading.absence_rows(page.rows, user),
        "end_key": fresh_key(),
        "lead": user.role_in(Role.SUPPLY_LEAD) is not None,
    }
    status = 422 if form.errors else 200
    return render(request, "work/assignments/absences.html", context, status=status)


@require_POST
@away
def end_absence(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    absence = absences.seen(pk, user)
    once(request, {}, lambda: absences.end(absence, by=user))
    messages.success(request, _("The absence has ended."))
    return redirect("assignments:absences")


def led_cells(lead: User) -> Any:
    """Open ones, with towns and people, in three queries."""
    people = CellMember.objects.filter(OPEN).select_related("user").order_by("id")
    found = GridCell.objects.filter(OPEN, led_by(lead))
    return found.prefetch_related("towns", Prefetch("members", people))


@require_safe
@leading
def grid_cells(request: HttpRequest) -> HttpResponse:
    lead = person(request)
    districts = lead.districts(Role.SUPPLY_LEAD)
    page = page_of(request, led_cells(lead), order=("district", "id"))
    context = {
        "page": page,
        "rows": reading.cell_rows(page.rows),
        "districts": [each for each in city().districts if not districts or each.code in districts],
        "end_key": fresh_key(),
    }
    return render(request, "work/assignments/cells.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@leading
def new_cell(request: HttpRequest, district: str) -> HttpResponse:
    lead = person(request)
    known = {each.code for each in city().districts}
    if district not in known or lead.role_in(Role.SUPPLY_LEAD, district=district) is None:
        raise Missing
    return _cell_page(request, None, district)


@require_http_methods(["GET", "HEAD", "POST"])
@leading
def cell(request: HttpRequest, pk: int) -> HttpResponse:
    found = led_cells(person(request)).filter(pk=pk).first()
    if found is None:
        raise Missing
    return _cell_page(request, found, found.district)


def _cell_page(request: HttpRequest, found: GridCell | None, district: str) -> HttpResponse:
    form = cell_form(posted(request), district, found)
    version = seen_version(request) if found else None
    problem: Stale | None = None

    def keep(body: dict[str, Any]) -> int:
        body |= {"district": district}
        return cells.keep(found, body, by=person(request), version=version).pk

    try:
        if _kept(request, form, keep):
            messages.success(request, _("The grid cell is kept. Cases that are filed go by it."))
            return redirect("assignments:cells")
    except Stale as faster:
        problem = faster
    context: dict[str, Any] = {
        "form": form,
        "cell": found,
        "district": city().district(district).name,
        "form_token": form_token(request, found.version if found else 0),
        "problem": problem,
    }
    if problem and found:
        # Who has read who was faster can send the same once more; the next try counts.
        found.refresh_from_db(fields=["version"])
        context |= {"winner": winner_words(problem), "form_token": fresh_token(found.version)}
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "work/assignments/cell.html", context, status=status)


@require_POST
@leading
def end_cell(request: HttpRequest, pk: int) -> HttpResponse:
    lead = person(request)
    once(request, {}, lambda: cells.end(cells.led(pk, lead), by=lead))
    messages.success(request, _("The grid cell has ended. Its cases stay with who has them."))
    return redirect("assignments:cells")


def _kept(request: HttpRequest, form: BodyForm, keep: Callable[[dict[str, Any]], int]) -> bool:
    """Whether what was sent is kept; a refusal lands in the form, with what was typed.

    Raises:
        Stale: somebody else was faster, who is named.
    """
    if request.method != "POST" or not form.is_valid():
        return False
    body = form.body()
    try:
        once(request, {name: str(value) for name, value in body.items()}, lambda: keep(body))
    except (Invalid, Stale) as problem:
        if "winner" in problem.extra:
            raise
        form.refused(problem)
        return False
    return True
