"""Pages of reports at the desks that work them: the supply company (/work/), bureaus (/bureau/),
and the lead of a district among those who watch (/oversight/). Where something is reported:
applications/reports."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.decorators import person, role_required
from accounts.models import User
from accounts.roles import BUREAU_ROLES, SUPERVISORS
from core.clock import city_now, local_date
from core.form_token import posted
from core.forms import BodyForm, form_of
from reliability.reports import queries
from reliability.reports.actions import REPORTS
from reliability.reports.bodies import SeeingReporter
from reliability.reports.filters import ListFilter
from reliability.reports.models import Report
from reliability.reports.reading import desk_context, rows_of, street_in_words
from reliability.reports.reveal import reveal
from reliability.reports.telling import PAGES as NAMES
from reliability.reports.telling import REPORT, REPORT_BUREAU, REPORT_WATCHED
from reliability.who import OPERATORS
from rules.registry import current
from workflow.clocked.lists import Cell, Column, Listed
from workflow.clocked.pages import Pages, Side
from workflow.machine import acts_of
from workflow.pages import act_once, answer_form

AT_WORK: Final = Side(NAMES[REPORT], OPERATORS)
AT_BUREAU: Final = Side(NAMES[REPORT_BUREAU], BUREAU_ROLES)
WATCHED: Final = Side(NAMES[REPORT_WATCHED], SUPERVISORS)
ReasonForm = form_of(SeeingReporter)


def shown(report: Report, user: User, side: Side) -> dict[str, Any]:
    return {**desk_context(report, user), "one_name": f"{side.name}:one"}


def clustered(found: QuerySet[Report], _user: User) -> dict[str, Any]:
    """Streets in which several people say that the power is out, and nobody knows of an outage."""
    rules = current().in_force(on=local_date(city_now()))
    least, hours = rules.get("report.cluster.least"), rules.get("report.double.hours")
    if least is None or hours is None:
        return {}
    rows = queries.clusters(found, least=int(least.number), hours=int(hours.number))
    return {
        "clusters": [
            {"cluster": each, "place": street_in_words(each.district, each.street)} for each in rows
        ]
    }


LISTED: Final = Listed(
    columns=(
        Column(gettext_lazy("Report"), lambda row: Cell(row.kind, row.number)),
        Column(gettext_lazy("Place"), lambda row: Cell(row.place)),
        Column(gettext_lazy("Works it"), lambda row: Cell(row.office)),
        Column(gettext_lazy("Outage"), lambda row: Cell(row.outage or "–")),
        Column(gettext_lazy("Reported on"), lambda row: Cell(at=row.since)),
    ),
    none=gettext_lazy("No report waits for an answer"),
    then=gettext_lazy(
        "When somebody reports something that is yours, it stands here with the day by which it is "
        "answered."
    ),
    none_fits=gettext_lazy("No report fits these filters"),
    note=gettext_lazy(
        "What runs out first stands first. Who reported is shown to nobody but the office that "
        "works it, and every look at it is in the record."
    ),
    above="reports/_clusters.html",
)
PAGES: Final = Pages(
    templates="reports",
    heading=gettext_lazy("Reports from the public"),
    back=gettext_lazy("Back to the report"),
    workflow=REPORTS,
    at_work=AT_WORK,
    forms={
        name: form_of(said.body, rows=6, files=said.files) for name, said in acts_of(Report).items()
    },
    filters=ListFilter,
    listed=queries.at_company,
    find=queries.at_desk,
    rows=rows_of,
    shows=LISTED,
    shown=shown,
    above=clustered,
)
SIDES: Final[Sequence[Pages[Report]]] = (
    PAGES,
    replace(PAGES, at_work=AT_BUREAU, listed=queries.at_bureau, above=lambda _found, _user: {}),
    replace(PAGES, at_work=WATCHED, listed=queries.watched, above=lambda _found, _user: {}),
)


def reporter(request: HttpRequest, pk: int, pages: Pages[Report]) -> HttpResponse:
    """Whom to call: shown for a reason, and never by going back to the page."""
    user = person(request)
    one = pages.find(pk, user)
    act = REPORTS.acts(one)["see_reporter"]
    if request.method != "POST":
        REPORTS.role_in(one, act, user)
    form, seen = ReasonForm(posted(request)), list[str]()

    def see(version: int) -> None:
        seen.append(reveal(one, form.body(), by=user, version=version))

    def draw(form: BodyForm) -> HttpResponse:
        return pages.form_page(request, one, form, str(act.label))

    def to_call() -> HttpResponse:
        # Whoever clicks twice has the answer of the first click, in which no phone is kept.
        context = {
            "report": one,
            "phone": seen[0] if seen else "",
            "again": not seen,
            "one_url": pages.url("one", one.pk),
        }
        return render(request, "reports/reporter.html", context)

    return answer_form(
        form,
        lambda: act_once(request, REPORTS, one, {"see": form.body()}, see),
        page=draw,
        overtaken=lambda problem: pages.drawn(request, REPORTS.read_anew(one), problem),
        done=to_call,
    )


def urls(pages: Pages[Report]) -> list[URLPattern]:
    side = pages.at_work
    may = role_required(*side.roles)
    view = never_cache(require_http_methods(["GET", "HEAD", "POST"])(may(reporter)))
    seen = path("<int:pk>/see_reporter/", view, {"pages": pages}, name="reporter")
    return [*pages.urls(side), seen, pages.steps()]
