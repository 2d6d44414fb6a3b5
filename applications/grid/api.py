"""The grid over HTTP, for programs of the supply company."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from applications.grid import answers, queries
from applications.grid.filters import DistrictFilter, ElementFilter
from applications.grid.views import DayForm
from core.answers import page_of
from core.clock import city_now, local_date
from core.filters import CURSOR, checked, invalid, parameters_of
from core.paging import CursorPages, paged
from grid.models import Element
from grid.points import queries as points


@extend_schema(
    operation_id="grid_elements_list",
    responses=page_of(answers.GridElementRow),
    parameters=parameters_of(ElementFilter),
)
@api_view(["GET"])
def elements(request: Request) -> Response:
    """The published elements with their figures now, by district and code: those of one's own
    districts, or of every one with `district=all`."""
    user = user_of(request)
    queries.must_read(user)
    filters = ElementFilter(request.query_params, queries.elements())
    found = checked(filters)
    return paged(
        request, found, answers.GridElementRow, order=queries.ORDER, ways=filters.ways(user)
    )


@extend_schema(responses=answers.GridElement, parameters=CURSOR)
@api_view(["GET"])
def element(request: Request, code: str) -> Response:
    """One element: its figures, what feeds it, what is promised of it, who waits, how many
    customers it feeds."""
    queries.must_read(user_of(request))
    found = queries.element(code)
    pages = CursorPages()
    pages.ordering = queries.PROMISED_ORDER
    held = queries.promised(found).select_related("element")
    rows = pages.paginate_queryset(held, request) or []
    short = queries.shortages().get(found.pk)
    said = {
        "code": found.code,
        "published": queries.figures_of(found),
        "short_kva": short and short.short_kva,
        "way_up": [each.code for each in queries.way_up(found)],
        "customers": points.below(found.pk, local_date(city_now())),
        "waiting": queries.waiting_for(found)[: queries.SHOWN],
        "history": queries.history(found),
        "reservations": {
            "results": rows,
            "next": pages.get_next_link(),
            "previous": pages.get_previous_link(),
        },
    }
    return Response(answers.GridElement(said).data)


@extend_schema(
    operation_id="grid_shortages_list",
    responses=page_of(answers.GridShortage),
    parameters=parameters_of(DistrictFilter),
)
@api_view(["GET"])
def shortages(request: Request) -> Response:
    """Where more is promised than there is, since figures were lowered."""
    user = user_of(request)
    queries.must_read(user)
    short = queries.shortages()
    filters = DistrictFilter(request.query_params, Element.objects.none())
    if not filters.is_valid():
        raise invalid(filters.errors)
    return paged(
        request,
        queries.short_elements(short, filters.districts(user)),
        lambda rows: (
            answers.GridShortage([_told(each, short[each.pk]) for each in rows], many=True).data
        ),
        order=queries.SHORT_ORDER,
    )


def _told(found: Any, shortage: queries.Shortage) -> dict[str, Any]:
    row = found.row
    return {
        "code": found.code,
        **{name: row and getattr(row, name) for name in ("kind", "name", "district")},
        "room_kva": shortage.room_kva,
        "promised_kva": shortage.promised_kva,
        "short_kva": shortage.short_kva,
    }


@extend_schema(
    responses=answers.CustomersAnswer,
    parameters=[
        OpenApiParameter("on", OpenApiTypes.DATE, description="At the end of this day; today."),
        OpenApiParameter("by", OpenApiTypes.STR, enum=["town"], description="By town too."),
    ],
)
@api_view(["GET"])
def customers(request: Request) -> Response:
    """How many customers there are by the connection points: by district, class and level."""
    queries.must_read(user_of(request))
    form = DayForm(request.query_params)
    if form.errors:
        raise invalid(form.errors)
    towns = request.query_params.get("by") == "town"
    said = {"on": form.day, "counts": points.by_place(form.day, towns=towns)}
    return Response(answers.CustomersAnswer(said).data)
