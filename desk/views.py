"""The one list of what a person must do now."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.decorators import person
from core.paging import read_page
from desk.filters import TodoFilter
from desk.queries import TodoPages, rows_of


def todo(request: HttpRequest) -> HttpResponse:
    """The page of whoever has something to do at a desk; see `portal.views.desk`."""
    form = TodoFilter(request.GET, person(request))
    return render(request, "desk/list.html", list_context(request, form), status=form.status)


def list_context(request: HttpRequest, form: TodoFilter) -> dict[str, Any]:
    page = read_page(request, TodoPages(), form.streams())
    return {
        "form": form,
        "page": page,
        "rows": rows_of(page.rows, form.user),
    }
