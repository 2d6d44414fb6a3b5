"""Every case and every permit of one's districts, what of them is late and in time, and the search;
from any number to the cases that it counts."""

from typing import Any, Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, role_required
from accounts.roles import OVERSIGHT
from applications.models import Application
from applications.states import State
from applications.work.queries import number_of
from applications.work.reading import rows_of as rows_of_cases
from applications.work.search import MOST, searched_for
from approvals.pages import rows_of as rows_of_permits
from core.clock import city_now
from core.counting import Count
from core.paging import page_of
from core.problems import Text
from core.templatetags.city import day
from oversight import figures as reads
from oversight import lists
from oversight.figures import Figures
from oversight.filters import FiguresFilter
from oversight.late import watched
from oversight.lists import DONE_LATE, IN_TIME, LATE, TOMORROW, WatchedCases, WatchedPermits
from oversight.views.homes import homes_table
from rules.city import city

watching = role_required(*OVERSIGHT)


class Topic(NamedTuple):
    """One table of figures: of cases or permits, and by what they are counted."""

    caption: Text
    of: str
    by: str


TOPICS: Final = (
    Topic(gettext_lazy("Cases by kind"), "cases", "kind"),
    Topic(gettext_lazy("Cases by the step they are at"), "cases", "state"),
    Topic(gettext_lazy("Cases by district"), "cases", "district"),
    Topic(gettext_lazy("Permits by bureau"), "permits", "bureau"),
    Topic(gettext_lazy("Permits by kind"), "permits", "permit"),
    Topic(gettext_lazy("Permits by district"), "permits", "district"),
)
HEADS: Final[dict[str, Text]] = {
    "kind": gettext_lazy("Kind"),
    "state": gettext_lazy("At which step"),
    "district": gettext_lazy("District"),
    "bureau": gettext_lazy("Bureau"),
    "permit": gettext_lazy("Permit"),
}


@require_safe
@watching
def figures(request: HttpRequest) -> HttpResponse:
    districts = watched(person(request))
    form = FiguresFilter(request.GET, Application.objects.none()).form
    asked = {name: form.wanted(name) for name in ("district", "days")}
    found = reads.figures(districts, **asked)
    kept = {name: value for name, value in asked.items() if value}
    context = {
        "form": form,
        "tables": [table_of(topic, found, kept) for topic in TOPICS],
        "homes": homes_table(districts, asked["district"]),
        "section": "figures",
    }
    return render(request, "oversight/figures.html", context, status=form.status)


def table_of(topic: Topic, found: Figures, kept: dict[str, str]) -> dict[str, Any]:
    """Each figure leads to the list that it counts; `kept`: the filters that lead there too."""
    rows = getattr(found, topic.of)[topic.by]
    if topic.by == "state":
        # There are many steps, and something is late at few.
        rows = [row for row in rows if any(row.counts.values())]
    names, since = names_of(topic.by), {"day": day(found.span.first)}
    heads = {
        LATE: _("Late now"),
        TOMORROW: _("Late tomorrow"),
        IN_TIME: _("Done in time since %(day)s") % since,
        DONE_LATE: _("Done late since %(day)s") % since,
    }
    page = reverse(f"oversight:{topic.of}")

    def cell(code: str, show: str, count: Count) -> dict[str, str]:
        query = urlencode({**kept, topic.by: code, "show": show})
        return {"text": str(count), "url": f"{page}?{query}"}

    return {
        "caption": topic.caption,
        "columns": [
            {"label": HEADS[topic.by]},
            *({"label": heads[name], "numeric": True} for name in (rows[0].counts if rows else ())),
        ],
        "rows": [
            [names[row.code], *(cell(row.code, name, count) for name, count in row.counts.items())]
            for row in rows
        ],
        "stack": True,
        "empty": {
            "title": _("Nothing is late now or tomorrow"),
            "text": _("Steps at which cases are late, or have their last day today, stand here."),
        },
    }


def names_of(by: str) -> dict[str, str]:
    if by == "state":
        return {state.value: str(state.label) for state in State}
    place = city()
    known: dict[str, Any] = {
        "kind": place.kinds,
        "district": place.districts,
        "bureau": place.bureaus,
        "permit": place.permits,
    }
    return {each.code: str(each.name) for each in known[by]}


@require_safe
@watching
def cases(request: HttpRequest) -> HttpResponse:
    """A whole number leads to its case."""
    user = person(request)
    here = lists.cases_of(watched(user))
    filters = WatchedCases(request.GET, here)
    if number := number_of(here, filters.form.wanted("q")):
        return redirect("oversight:case", number)
    page = page_of(request, filters.qs, order=filters.order)
    context = {
        "form": filters.form,
        "page": page,
        "rows": rows_of_cases(page.rows, city_now(), user),
        "case_url": "oversight:case",
        "section": "cases",
    }
    return render(request, "oversight/cases.html", context, status=filters.form.status)


@require_safe
@watching
def permits(request: HttpRequest) -> HttpResponse:
    filters = WatchedPermits(request.GET, lists.permits_of(watched(person(request))))
    page = page_of(request, filters.qs, order=filters.order)
    context = {
        "form": filters.form,
        "page": page,
        "rows": rows_of_permits(page.rows, city_now()),
        "permit_url": "oversight:permit",
        "section": "permits",
    }
    return render(request, "oversight/permits.html", context, status=filters.form.status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@watching
def find(request: HttpRequest) -> HttpResponse:
    """By name, phone or address: what is typed is in no address, and its answer in no cache."""
    form, found, status = searched_for(request)
    context = {
        "form": form,
        "found": found,
        "rows": rows_of_cases(found.cases, city_now(), person(request)) if found else [],
        "most": MOST,
        "case_url": "oversight:case",
        "section": "search",
    }
    return render(request, "oversight/search.html", context, status=status)
