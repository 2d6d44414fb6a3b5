"""The one list of what a person must do now, and what is done for several rows of it at once."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import person, role_required
from accounts.roles import Role
from applications.grid.queries import short_for
from core.form_token import form_key, form_token, fresh_key, once, posted
from core.paging import read_page
from core.problems import Invalid, Missing, QuotaReached
from desk import digest, lists, saved
from desk.digest import READERS
from desk.filters import TodoFilter
from desk.lists import LISTS
from desk.models import SavedFilter
from desk.queries import ROLES, TodoPages, feeds_of, rows_of
from desk.saved import FilterNameForm, Said
from desk.together import (
    ACT,
    FILLED,
    NOTHING_TICKED,
    ROW,
    acts_of_rows,
    asked_of,
    row_of,
    take_each,
)
from rules.warnings import warning_rules


def todo(request: HttpRequest) -> HttpResponse:
    """The page of whoever has something to do at a desk; see `portal.views.desk`."""
    user = person(request)
    form = TodoFilter(request.GET, user)
    context = list_context(request, form)
    if user.role_in(Role.SUPPLY_LEAD) is not None:
        context["shortages"] = short_for(user)
    return render(request, "desk/list.html", context, status=form.status)


def list_context(request: HttpRequest, form: TodoFilter) -> dict[str, Any]:
    page = read_page(request, TodoPages(), form.streams())
    rows = rows_of(page.rows, form.user)
    return {
        "form": form,
        "page": page,
        "rows": [(feed, row, row_of(feed, row)) for feed, row in rows],
        "acts": acts_of_rows(rows),
        "query": request.GET.urlencode(),
        "key": fresh_key(),
    }


@require_POST
@role_required(*ROLES)
def together(request: HttpRequest) -> HttpResponse:
    """One act of all rows that are ticked; where it asks for something, its form comes first."""
    user = person(request)
    try:
        asked = asked_of(request, feeds_of(user))
    except Invalid:
        messages.warning(request, str(NOTHING_TICKED))
        return redirect(list_url(request))
    form = asked.feed.form(asked.act, request.POST if FILLED in request.POST else None)
    context: dict[str, Any] = {"label": asked.label, "list_url": list_url(request)}
    if form is not None and not form.is_valid():
        context |= {
            "form": form,
            "rows": asked.rows(user).values(),
            "ticked": request.POST.getlist(ROW),
            "act": request.POST[ACT],
            "key": form_key(request),
        }
        return render(
            request, "desk/together_form.html", context, status=422 if form.is_bound else 200
        )
    outcomes = take_each(request, asked, form.body() if form else {})
    context |= {"outcomes": outcomes, "done": sum(not one.why for one in outcomes)}
    return render(request, "desk/together.html", context)


@require_safe
@role_required(*lists.ROLES)
def filters(request: HttpRequest) -> HttpResponse:
    """The saved filters that are one's own."""
    found = [(LISTS[one.list].name, one) for one in saved.own(person(request))]
    return render(request, "desk/filters.html", {"filters": found})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*lists.ROLES)
def new_filter(request: HttpRequest) -> HttpResponse:
    """The filters of the address, to be saved by a name; of which list, it says too."""
    user, name = person(request), request.GET.get("list", "")
    if name not in lists.lists_of(user):
        raise Missing
    query = LISTS[name].form(request.GET, user).kept()
    if not query:
        return redirect(name)
    return filter_page(request, SavedFilter(owner=user, list=name, query=query))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*lists.ROLES)
def one_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name for one of one's own, or others who have it."""
    return filter_page(request, saved.own_one(person(request), pk))


def filter_page(request: HttpRequest, kept: SavedFilter) -> HttpResponse:
    """Draw the form of a filter, new or kept, or save once what it says."""
    user, status = person(request), 200
    form = FilterNameForm(posted(request), user, kept)
    if form.is_bound and form.is_valid():
        said = Said(**form.body())
        try:
            once(request, asdict(said), lambda: saved.save(user, kept, said))
        except (Invalid, QuotaReached) as problem:
            form.refused(problem)
            status = problem.status
        else:
            messages.success(request, _("Saved: %(name)s.") % {"name": said.name})
            return redirect("todo:filters")
    elif form.is_bound:
        status = 422
    context = {"form": form, "kept": kept, "form_token": form_token(request, 0)}
    return render(request, "desk/filter.html", context, status=status)


@require_POST
@role_required(*lists.ROLES)
def delete_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """A second click finds it gone, as was asked."""
    saved.own(person(request)).filter(pk=pk).delete()
    messages.success(request, _("The filter is deleted."))
    return redirect("todo:filters")


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*READERS)
def morning(request: HttpRequest) -> HttpResponse:
    """What the digest of the morning would say now, and whether one has it."""
    user = person(request)
    if request.method == "POST":
        digest.choose(user, wanted=request.POST.get("wanted") == "yes")
        messages.success(request, _("Your choice has been saved."))
        return redirect("todo:digest")
    context = {
        "said": digest.morning_of(user),
        "hour": warning_rules().digest.hour,
        "listed": user.role_in(*ROLES) is not None,
        "operator": user.role_in(Role.ADMINISTRATOR) is not None,
        "wanted": digest.wanted_by(user),
    }
    return render(request, "desk/digest.html", context)


def list_url(request: HttpRequest) -> str:
    """The list with the filters that the form was sent from."""
    query = request.GET.urlencode()
    return reverse("desk") + (f"?{query}" if query else "")
