"""Pages of the grid at the supply desk (/work/grid/)."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.decorators import person, role_required
from accounts.roles import COMPANY
from applications.grid import queries
from applications.grid.filters import DistrictFilter, ElementFilter
from applications.grid.reading import (
    customers_table,
    element_context,
    elements_table,
    shortages_table,
)
from core.clock import city_now, local_date
from core.filters import FilterForm
from core.paging import page_of
from core.templatetags.city import day
from grid.map.reading import MAP_ROLES
from grid.models import Element
from grid.points import queries as points
from reliability.queries import served

company = role_required(*COMPANY)


@require_safe
@company
def elements(request: HttpRequest) -> HttpResponse:
    user = person(request)
    filters = ElementFilter(request.GET, queries.elements().select_related("element"))
    ways = filters.ways(user)
    page = page_of(request, filters.qs, order=queries.ORDER, ways=ways)
    short = queries.shortages()
    context = {
        "form": filters.form,
        "page": page,
        "table": elements_table(page.rows, _("Elements of the grid"), short),
        "short": len(short),
        "may_map": user.role_in(*MAP_ROLES) is not None,
        "asked": {name: filters.form.wanted(name) for name in ("short", "limited")},
    }
    return render(request, "work/grid/elements.html", context, status=filters.form.status)


@require_safe
@company
def shortages(request: HttpRequest) -> HttpResponse:
    """Where more is promised than there is; the promises stand on the page of each element."""
    short = queries.shortages()
    filters = DistrictFilter(request.GET, Element.objects.none())
    rows = queries.short_elements(short, filters.districts(person(request)))
    rows = rows if filters.is_valid() else rows.none()
    page = page_of(request, rows, order=queries.SHORT_ORDER)
    context = {"form": filters.form, "page": page, "table": shortages_table(page.rows, short)}
    return render(request, "work/grid/shortages.html", context, status=filters.form.status)


@require_safe
@company
def element(request: HttpRequest, code: str) -> HttpResponse:
    found = queries.element(code)
    held = queries.promised(found).select_related("element")
    page = page_of(request, held, order=queries.PROMISED_ORDER)
    context = {"page": page, **element_context(found, page.rows, person(request))}
    return render(request, "work/grid/element.html", context)


class DayForm(FilterForm):
    on = forms.DateField(
        label=gettext_lazy("At the end of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("Is not a date such as 2026-11-23.")},
    )

    @property
    def day(self) -> date:
        """Today where none is asked for."""
        self.is_valid()
        asked: Any = self.cleaned_data.get("on")
        return asked or local_date(city_now())


@require_safe
@company
def customers(request: HttpRequest) -> HttpResponse:
    """How many customers there are by the points, beside the numbers that the indices go by."""
    form = DayForm(request.GET)
    context = {
        "form": form,
        "table": not form.errors
        and customers_table(
            points.by_place(form.day),
            _("At the end of %(day)s") % {"day": day(form.day)},
            published_counts=served(form.day.year),
        ),
    }
    return render(request, "work/grid/customers.html", context, status=form.status)
