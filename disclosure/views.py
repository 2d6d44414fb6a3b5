"""The public pages. They read; they change nothing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.paging import page_of
from core.problems import Missing
from core.reading import whole_number
from disclosure import files, queries
from disclosure.figures import hours_columns, level_name, plot, times_columns
from disclosure.forms import OutageForm, PlaceForm, StandardsForm
from disclosure.machines import machines
from disclosure.pages import standards_tables
from disclosure.public import public_page
from disclosure.standards import Standards, free_kinds, standards
from disclosure.tables import capacity_columns, drawn, fee_columns, outage_columns
from publishing import queries as publishing
from publishing.models import Kind
from publishing.tables import table_of
from reliability import queries as reliability_queries
from reliability.statistics import CITY_WIDE, Figure
from rules.errors import NotInForce
from rules.registry import calendar


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """What is public, and how old each table is."""
    newest = publishing.newest_of_all()
    return render(request, "disclosure/index.html", {"newest": newest, "kinds": list(Kind)})


@public_page
def standards_page(request: HttpRequest) -> HttpResponse:
    """Limits, steps, documents and permits in force on a day in a place, and the machines."""
    form, found = _asked_standards(request)
    context: dict[str, Any] = {"form": form, "found": found, "machines": machines()}
    if found:
        context |= standards_tables(found) | {"calendar": calendar()}
    status = 200 if form.is_valid() else 422
    return render(request, "disclosure/standards.html", context, status=status)


def _asked_standards(request: HttpRequest) -> tuple[StandardsForm, Standards | None]:
    """The form as asked, and the standards of that day and place (None: nothing in force yet)."""
    asked = {"on": request.GET.get("on", ""), "place": request.GET.get("place", "")}
    form = StandardsForm(asked)
    valid = form.is_valid()
    day = (form.cleaned_data.get("on") if valid else None) or queries.today()
    try:
        found = standards(
            day,
            district=form.district if valid else "",
            statutory=form.statutory if valid else "",
        )
    except NotInForce:
        return form, None
    return form, found


@public_page
def standards_csv(request: HttpRequest) -> HttpResponse:
    """The same values as a file."""
    _form, found = _asked_standards(request)
    if found is None:
        raise Missing
    return files.standards_file(found)


@public_page
def fees(request: HttpRequest) -> HttpResponse:
    """The fee catalogue: what may be charged, and who pays nothing."""
    columns = fee_columns(queries.today())
    return _table_page(request, Kind.FEES, columns, {"free": free_kinds()})


@public_page
def capacity(request: HttpRequest) -> HttpResponse:
    """What can be connected where, and where it is limited: why and until when."""
    form = PlaceForm(request.GET or None)
    district = queries.known_district(request.GET.get("district", ""))
    return _table_page(
        request, Kind.CAPACITY, capacity_columns(), {"form": form}, district=district
    )


@public_page
def outages(request: HttpRequest) -> HttpResponse:
    """Outages, planned and not, newest first."""
    form = OutageForm(request.GET or None)
    district = queries.known_district(request.GET.get("district", ""))
    words = request.GET.get("q", "").strip()[:60]
    return _table_page(
        request, Kind.OUTAGES, outage_columns(), {"form": form}, district=district, words=words
    )


def _table_page(
    request: HttpRequest, kind: Kind, columns: Any, context: dict[str, Any], **narrow: Any
) -> HttpResponse:
    page = page_of(
        request, queries.rows(kind.value, **narrow), order=queries.public_table(kind.value).order
    )
    wording = table_of(kind).words
    context |= {
        "kind": kind.value,
        "label": kind.label,
        "stand": queries.stand(kind.value),
        "narrowed": any(narrow.values()),
        "page": page,
        "table": drawn(columns, page.rows, str(wording.caption), empty=wording),
        "wording": wording,
    }
    return render(request, f"disclosure/{kind.value}.html", context)


@public_page
def reliability(request: HttpRequest) -> HttpResponse:
    """SAIDI, SAIFI, CAIDI and ASAI of a year, with and without what the plan leaves out."""
    years = reliability_queries.years()
    year = asked_year(request.GET.get("year", ""), years)
    found = reliability_queries.year_figures(year) if year else []
    context = {
        "years": years,
        "year": year,
        "levels": [_level(year, level, found) for level in _levels(found)] if year else [],
        "stand": queries.stand(Kind.CUSTOMERS.value),
        "outages": queries.stand(Kind.OUTAGES.value),
        "wording": table_of(Kind.CUSTOMERS).words,
    }
    return render(request, "disclosure/reliability.html", context)


def asked_year(asked: str, years: list[int]) -> int | None:
    """The year of the address, or the newest with data; None where there is none.

    Raises:
        Missing: a year was asked for that has no data.
    """
    if not asked:
        return years[0] if years else None
    year = whole_number(asked)
    if year not in years:
        raise Missing
    return year


def _levels(found: list[Figure]) -> list[str]:
    return list(dict.fromkeys(row.level for row in found))


def _level(year: int, level: str, found: list[Figure]) -> dict[str, Any]:
    """The plot and the tables of one customer level: the city's, then the districts'."""
    mine = [row for row in found if row.level == level]
    whole = [row for row in mine if row.district == CITY_WIDE]
    parts = [row for row in mine if row.district != CITY_WIDE]
    hours = _("Hours without power per customer (SAIDI), {year}").format(year=year)
    times = _("Times without power and their length, {year}").format(year=year)
    by_district = _("By district: {caption}")
    return {
        "name": level_name(level),
        "plot": plot(year, level, whole),
        "city": [drawn(hours_columns(), whole, hours), drawn(times_columns(), whole, times)],
        "districts": [
            drawn(hours_columns(), parts, by_district.format(caption=hours)),
            drawn(times_columns(), parts, by_district.format(caption=times)),
        ],
        "clause": next((row.target.clause for row in whole if row.target.clause), ""),
    }


@public_page
def reliability_csv(request: HttpRequest) -> HttpResponse:
    """The figures of a year as a file."""
    year = asked_year(request.GET.get("year", ""), reliability_queries.years())
    if year is None:
        return files.figures_file([], queries.today().year)
    return files.figures_file(reliability_queries.year_figures(year), year)


@public_page
def table_csv(request: HttpRequest, kind: str) -> HttpResponse:
    """A published table as it stands, as a file in the reader's language."""
    district = queries.known_district(request.GET.get("district", ""))
    words = request.GET.get("q", "").strip()[:60]
    return files.published(kind, plain=False, district=district, words=words)


@public_page
def history(request: HttpRequest, kind: str) -> HttpResponse:
    """Every publication of a table, newest first."""
    table = queries.public_table(kind)
    page = page_of(request, publishing.publications(kind), order=("-number",))
    context = {"kind": kind, "label": table.kind.label, "page": page, "back": _home_of(kind)}
    return render(request, "disclosure/history.html", context)


@public_page
def publication(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """A table as it stood after one publication."""
    table = queries.public_table(kind)
    found = queries.publication(kind, number)
    page = page_of(request, publishing.rows_of(table, number=number), order=table.order)
    rows = [table.values(row) for row in page.rows]
    context = {
        "kind": kind,
        "label": table.kind.label,
        "publication": found,
        "page": page,
        "table": table.drawn(rows),
    }
    return render(request, "disclosure/publication.html", context)


@public_page
def publication_csv(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """A table as it stood after one publication, as a file."""
    queries.publication(kind, number)
    return files.published(kind, plain=False, number=number)


def _home_of(kind: str) -> str:
    name = "reliability" if kind == Kind.CUSTOMERS else kind
    return reverse(f"disclosure:{name}")
