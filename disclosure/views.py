"""The public pages. They read; they change nothing."""

from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import User
from approvals.policies.queries import documents_on
from core.paging import page_of
from core.problems import Invalid, Missing
from disclosure import queries
from disclosure.areas import public_map
from disclosure.forms import PlaceForm, StandardsForm, WhatIfForm
from disclosure.guide import guides
from disclosure.machines import machines
from disclosure.permit_standards import policy_links
from disclosure.public import kept_page, metered, public_file, public_page
from disclosure.standards import (
    Standards,
    free_kinds,
    kind_tables,
    standards,
    standards_file,
    standards_tables,
)
from disclosure.table_pages import PAGES, page_of_table
from disclosure.tables import drawn
from disclosure.what_if import estimate, permits_table
from publishing import formats
from publishing import queries as publishing
from publishing.columns import PARTED
from publishing.models import Kind
from publishing.permissions import keeps
from publishing.tables import table_of
from rules.book import NotInForce
from rules.city import city
from rules.registry import calendar

INDEX: tuple[tuple[str, str | Promise, str | Promise, Kind | None], ...] = (
    (
        "data",
        gettext_lazy("Open data"),
        gettext_lazy(
            "Everything that is told here as CSV and JSON, with a dictionary of every column, a "
            "catalogue for programs, and feeds of what changes."
        ),
        None,
    ),
    (
        "standards",
        gettext_lazy("Service standards"),
        gettext_lazy(
            "Limits, steps, documents and permits, with their clauses: generated from the rules "
            "that this system runs on."
        ),
        None,
    ),
    (
        "fees",
        gettext_lazy("Fee catalogue"),
        gettext_lazy(
            "What may be charged, at which rate, on which legal basis; and who pays nothing."
        ),
        Kind.FEES,
    ),
    (
        "payees",
        gettext_lazy("Payees"),
        gettext_lazy(
            "Who may be paid for a connection, and who of them is affiliated with the supply "
            "company."
        ),
        Kind.PAYEES,
    ),
    (
        "prices",
        gettext_lazy("Price policies"),
        gettext_lazy(
            "What electricity costs by the city's price authority, and what it will cost: "
            "published a month before it takes effect."
        ),
        Kind.PRICES,
    ),
    (
        "statistics",
        gettext_lazy("How long it really takes"),
        gettext_lazy(
            "Working days from filing to power by kind, district, step and month, the share within "
            "the limit, whose a delay was, and permits by bureau: frozen each month."
        ),
        None,
    ),
    (
        "investment",
        gettext_lazy("What the supply company bears"),
        gettext_lazy(
            "What the company spent on connections for which the customers pay nothing, by kind "
            "of case and district."
        ),
        None,
    ),
    (
        "capacity",
        gettext_lazy("Open capacity"),
        gettext_lazy(
            "How much each line can still take, and where it is limited: why and until when."
        ),
        Kind.CAPACITY,
    ),
    (
        "areas",
        gettext_lazy("Room left by area"),
        gettext_lazy("Where there is ample, limited or no room for new load, area by area."),
        Kind.AREAS,
    ),
    (
        "outages",
        gettext_lazy("Outages"),
        gettext_lazy(
            "Planned outages, faults and outages for safety, from announcement to restoration."
        ),
        None,
    ),
    (
        "repairs",
        gettext_lazy("How long repairs took"),
        gettext_lazy(
            "From the report of a fault until a repair crew is there and the power is back, beside "
            "what is promised."
        ),
        None,
    ),
    (
        "interruptions",
        gettext_lazy("Power cut off wrongly"),
        gettext_lazy(
            "How many enterprises complained that their power was cut wrongly, and what came of "
            "it; and where to complain."
        ),
        None,
    ),
    (
        "orderly",
        gettext_lazy("Orderly use of electricity"),
        gettext_lazy(
            "What is shed at which level when power is short, what is protected, whether the "
            "districts' plans came in time, and what was carried out."
        ),
        None,
    ),
    (
        "reports",
        gettext_lazy("Reports from the public"),
        gettext_lazy(
            "What people report of outages, dangerous works and illegal use, and what came of it."
        ),
        None,
    ),
    (
        "roads",
        gettext_lazy("Roads that may not be dug"),
        gettext_lazy(
            "Which roads are new or lately overhauled, and until when none may dig there."
        ),
        Kind.ROADS,
    ),
    (
        "calendar",
        gettext_lazy("Publicity calendar"),
        gettext_lazy("What is published when, what takes effect, and what is overdue."),
        None,
    ),
    (
        "news",
        gettext_lazy("News and explanations"),
        gettext_lazy(
            "What changes, told and explained by the lead agency, the supply company and the "
            "bureaus."
        ),
        Kind.NEWS,
    ),
    (
        "policies",
        gettext_lazy("Approval policy documents"),
        gettext_lazy(
            "By which documents each bureau decides permits, since when and until when, with the "
            "bureau's own page."
        ),
        Kind.POLICIES,
    ),
    (
        "group",
        gettext_lazy("Working group"),
        gettext_lazy("Which posts answer for the plan, and who is the liaison of each member."),
        Kind.GROUP,
    ),
    (
        "projects",
        gettext_lazy("Grid projects"),
        gettext_lazy("What is built in the network, for how much, and in which plan it stands."),
        Kind.PROJECTS,
    ),
    (
        "training",
        gettext_lazy("Training and promotion"),
        gettext_lazy("When people are trained, and when the public can hear how it works."),
        Kind.TRAINING,
    ),
    (
        "practices",
        gettext_lazy("Good practice"),
        gettext_lazy("What somebody does well, for others to do likewise."),
        Kind.PRACTICES,
    ),
    (
        "rental",
        gettext_lazy("Temporary supply for rent"),
        gettext_lazy(
            "Which units can be rented for temporary use, where, at which price, and when each is "
            "free."
        ),
        Kind.RENTAL,
    ),
    (
        "reliability",
        gettext_lazy("Reliability"),
        gettext_lazy(
            "Hours and times without power per customer and year, beside the plan's limits."
        ),
        Kind.CUSTOMERS,
    ),
    (
        "record",
        gettext_lazy("The record"),
        gettext_lazy(
            "Every step of every case with its time, sealed so that a change shows; and the check "
            "of a receipt in your own browser."
        ),
        None,
    ),
    (
        "record-signs",
        gettext_lazy("Findings of work outside the system"),
        gettext_lazy(
            "What the record shows that may be work outside the system, how it is counted, and "
            "what became of it."
        ),
        None,
    ),
)


@kept_page()
def index(request: HttpRequest) -> HttpResponse:
    newest = publishing.newest_of_all()
    rows = [
        {
            "page": f"disclosure:{name}",
            "title": title,
            "text": text,
            "table": kind,
            "newest": newest.get(kind) if kind else None,
        }
        for name, title, text, kind in INDEX
    ]
    return render(request, "disclosure/index.html", {"rows": rows})


@kept_page()
def guide(request: HttpRequest, kind: str) -> HttpResponse:
    """All about one kind before applying: for whom, what it takes, where, whom to ask."""
    found = {each.kind: each for each in guides()}
    if kind not in found:
        raise Http404
    context = {
        "takes": found[kind],
        "others": [each for each in found.values() if each.kind != kind],
        "policies": policy_links(
            each for each in documents_on(queries.today()) if kind in each.kinds.split(PARTED)
        ),
    }
    return render(request, "disclosure/guide.html", context)


@public_page
def what_if(request: HttpRequest) -> HttpResponse:
    form, found = WhatIfForm(request.GET or None), None
    if form.is_bound and form.is_valid():
        try:
            found = estimate(form.asked())
        except Invalid as problem:
            form.refused(problem)
    context: dict[str, Any] = {"form": form, "takes": found.takes if found else None}
    if found:
        context |= {
            "clause": found.decision.clause,
            "permits": permits_table(found),
            "able": found.able,
            "district": form.asked()["district"],
            "apply_query": urlencode(form.asked()),
        }
    return render(request, "disclosure/what_if.html", context, status=form.status)


#: The parts of the standards besides those of the kinds, each with a page of its own.
PARTS: Final[dict[str, Any]] = {
    "permits": gettext_lazy("Permits for the external line"),
    "commitments": gettext_lazy("Conditions of permits on a commitment"),
    "changes": gettext_lazy("Changes over time"),
    "moves": gettext_lazy("How a case moves"),
}


@kept_page()
def standards_page(request: HttpRequest) -> HttpResponse:
    form, found = _asked_standards(request)
    context: dict[str, Any] = {"form": form, "found": found, "parts": PARTS.items()}
    if found:
        context |= standards_tables(found) | {"calendar": calendar()}
    return render(request, "disclosure/standards.html", context, status=form.status)


@kept_page()
def standards_part(request: HttpRequest, part: str) -> HttpResponse:
    """One kind of application with its limit, steps and documents; or one of the other parts."""
    form, found = _asked_standards(request)
    kind = next((each for each in city().kinds if each.code == part), None)
    if kind is None and part not in PARTS:
        raise Http404
    title = kind.name if kind else PARTS[part]
    context: dict[str, Any] = {"form": form, "found": found, "part": part, "title": title}
    if part == "moves":
        context["machines"] = machines()
    elif found:
        kinds = [each for each in found.kinds if each.code == part]
        context |= standards_tables(found) | (kind_tables(kinds) if kind else {})
    return render(request, "disclosure/standards_part.html", context, status=form.status)


def _asked_standards(request: HttpRequest) -> tuple[StandardsForm, Standards | None]:
    """The standards are None where nothing was in force yet on that day, or where what was asked
    for does not exist."""
    form = StandardsForm(request.GET)
    if not form.is_valid():
        return form, None
    day = form.cleaned_data["on"] or queries.today()
    try:
        found = standards(day, **form.where)
    except NotInForce:
        return form, None
    return form, found


@metered
@public_page
def standards_csv(request: HttpRequest) -> HttpResponse:
    form, found = _asked_standards(request)
    form.check()
    if found is None:
        raise Missing
    return standards_file(found)


@kept_page(by_the_minute=True)
def table(request: HttpRequest, kind: Kind) -> HttpResponse:
    public, published = PAGES[kind], table_of(kind)
    form = public.form(request.GET) if public.form else None
    narrow, status = (form.narrow, form.status) if form else ({}, 200)
    rows = queries.rows(kind, **narrow)
    page = page_of(request, rows if status == 200 else rows.none(), order=published.order)
    words = published.words
    context: dict[str, Any] = {
        "kind": kind.value,
        "title": kind.label,
        "lead": public.lead,
        "free": free_kinds() if kind == Kind.FEES else [],
        "form": form,
        "page": page,
        "table": drawn(public.columns(), public.told(page.rows), str(words.caption), empty=words),
        "newest": publishing.newest(kind),
        "here": page_of_table(kind),
        "formats": formats.formats_of(published.standing),
    }
    template = "table"
    if kind == Kind.AREAS:
        template, context["title"] = "areas", words.caption
        context |= public_map(rows if status == 200 else rows.none())
    return render(request, f"disclosure/{template}.html", context, status=status)


@metered
@public_page
def table_file(request: HttpRequest, kind: str, ext: str) -> HttpResponse:
    page = PAGES.get(Kind(kind))
    form = ((page and page.form) or PlaceForm)(request.GET)
    form.check()
    rows, columns = queries.rows(kind, **form.narrow), table_of(kind).standing
    return public_file(formats.table_file(columns, ext, kind, rows, plain=False))


@public_page
def history(request: HttpRequest, kind: str) -> HttpResponse:
    label = table_of(kind).kind.label
    page = page_of(request, publishing.publications(kind), order=("-number",))
    home = page_of_table(kind)
    context = {"kind": kind, "label": label, "page": page, "home": home}
    return render(request, "disclosure/history.html", context)


@public_page
def publication(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """The whole table as it stood after one publication."""
    published, found = table_of(kind), publishing.publication(kind, number)
    rows = publishing.rows_of(published, number=number)
    page = page_of(request, rows, order=published.order)
    context = {
        "kind": kind,
        "label": published.kind.label,
        "publication": found,
        "page": page,
        "table": published.drawn(
            (published.values(row) for row in page.rows), names=published.public
        ),
        "formats": formats.formats_of(published.public),
        "can_undo": isinstance(request.user, User) and keeps(request.user, published),
    }
    return render(request, "disclosure/publication.html", context)


@metered
@public_page
def publication_file(request: HttpRequest, kind: str, number: int, ext: str) -> HttpResponse:
    published, found = table_of(kind), publishing.publication(kind, number)
    rows = publishing.rows_of(published, number=found.number)
    name = f"{kind}-{number}"
    return public_file(formats.table_file(published.public, ext, name, rows, plain=False))
