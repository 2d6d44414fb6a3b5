"""The public data for programs: what the public pages show, with sources and effective ranges."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ListField
from rest_framework.views import APIView

from applications.workflow import ZERO_INVESTMENT
from core.paging import CursorPages
from core.problems import FieldError, Invalid, Missing
from disclosure import queries
from disclosure.figures import figures_file
from disclosure.public import public_file
from disclosure.serializers import (
    PublicationStand,
    Reliability,
    Standards,
    published_rows,
    row_serializer,
    words,
)
from disclosure.standards import standards, standards_file
from disclosure.tables import table_file
from disclosure.views import asked_year
from publishing import queries as publishing
from publishing.models import Kind
from publishing.tables import Table, table_of
from reliability import queries as reliability
from rules.book import NotInForce

DISTRICT = OpenApiParameter("district", str, description="Code of a district.")
DAY = OpenApiParameter("on", OpenApiTypes.DATE, description="Day, today where left out.")
YEAR = OpenApiParameter("year", int, description="Year, the newest with data where left out.")
STATUTORY = OpenApiParameter(
    "statutory_district", str, description="In a zone: the district that the address lies in."
)
NOTHING_IN_FORCE = _("No decision of the city was in force on that day.")


class PublicView(APIView):
    """Open to everybody, without an account; answers may be kept by any cache."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if answer.status_code == 200:
            return public_file(answer)
        add_never_cache_headers(answer)
        return answer


def asked_day(request: Request) -> date:
    """The day of the request, today where it names none.

    Raises:
        Invalid: it is not a date.
    """
    words = request.query_params.get("on", "")
    if not words:
        return queries.today()
    try:
        return date.fromisoformat(words)
    except ValueError:
        reason = _("Is not a date such as 2026-11-23.")
        raise Invalid([FieldError("/on", reason)]) from None


class TablePages(CursorPages):
    """`{results, next, previous}`, and with them where the table stands and the hotlines."""

    def __init__(self, table: Table) -> None:
        self.table, self.ordering = table, table.order

    def get_paginated_response(self, data: Any) -> Response:
        answer = super().get_paginated_response(data)
        answer.data |= {
            "published": stand(self.table.kind),
            "empty": None if data else str(self.table.words.empty_text),
            "hotlines": queries.hotlines(),
        }
        return answer


def stand(kind: Kind) -> Any:
    """The newest publication of a table; None where nothing was ever published."""
    newest = publishing.newest(kind)
    return PublicationStand(newest).data if newest else None


class TableView(PublicView):
    """A published table as a cursor list."""

    kind: Kind

    def narrowed(self, request: Request) -> dict[str, Any]:
        """What the reader narrowed the list by."""
        district = request.query_params.get("district", "")
        return {"district": queries.known_district(district)}

    def get(self, request: Request) -> Response:
        """The standing rows, each with its source and publication."""
        table = table_of(self.kind)
        pages = TablePages(table)
        found = queries.rows(self.kind, **self.narrowed(request)).select_related("publication")
        rows = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(row_serializer(table)(rows, many=True).data)


@extend_schema_view(
    get=extend_schema(
        responses=published_rows(
            table_of(Kind.FEES), free_kinds=ListField(child=words(sorted(ZERO_INVESTMENT)))
        ),
        parameters=[DAY],
        operation_id="disclosure_fees",
    )
)
class FeesView(TableView):
    """The fee catalogue; with `on`, the items in force that day."""

    kind = Kind.FEES

    def narrowed(self, request: Request) -> dict[str, Any]:
        """Only what is in force on a day, where one is named."""
        return {"on": asked_day(request)} if request.query_params.get("on") else {}

    def get(self, request: Request) -> Response:
        """The catalogue, and the kinds that pay nothing (plan 3(3)2, 3(3)3)."""
        answer = super().get(request)
        answer.data["free_kinds"] = sorted(ZERO_INVESTMENT)
        return answer


@extend_schema_view(
    get=extend_schema(
        responses=published_rows(table_of(Kind.CAPACITY)),
        parameters=[DISTRICT],
        operation_id="disclosure_capacity",
    )
)
class CapacityView(TableView):
    """Open capacity by line, and where and why it is limited."""

    kind = Kind.CAPACITY


@extend_schema_view(
    get=extend_schema(
        responses=published_rows(table_of(Kind.OUTAGES)),
        parameters=[DISTRICT],
        operation_id="disclosure_outages",
    )
)
class OutagesView(TableView):
    """Outages, newest beginning first."""

    kind = Kind.OUTAGES


class StandardsView(PublicView):
    """The service standards in force, generated from the rules that the system runs on."""

    @extend_schema(
        responses=Standards,
        parameters=[DAY, DISTRICT, STATUTORY],
        operation_id="disclosure_standards",
    )
    def get(self, request: Request) -> Response:
        """Limits, steps, documents and permits of a day, and what was in force when."""
        district = queries.known_district(request.query_params.get("district", ""))
        statutory = request.query_params.get("statutory_district", "")
        try:
            found = standards(asked_day(request), district=district, statutory=statutory)
        except NotInForce:
            raise Missing(NOTHING_IN_FORCE) from None
        except LookupError:
            reason = _("A zone needs the statutory district that the address lies in.")
            raise Invalid([FieldError("/statutory_district", reason)]) from None
        return Response(Standards(found).data)


class ReliabilityView(PublicView):
    """The reliability figures of a year; null is no data, zero is zero."""

    @extend_schema(responses=Reliability, parameters=[YEAR], operation_id="disclosure_reliability")
    def get(self, request: Request) -> Response:
        """SAIDI, SAIFI, CAIDI and ASAI per level, class and place, by the plan and of all."""
        years = reliability.years()
        year = asked_year(request.query_params.get("year", ""), years)
        answer = {
            "year": year,
            "years": years,
            "figures": reliability.year_figures(year) if year else [],
            "published": publishing.newest(Kind.CUSTOMERS),
            "empty": None if years else table_of(Kind.CUSTOMERS).words.empty_text,
            "hotlines": queries.hotlines(),
        }
        return Response(Reliability(answer).data)


@extend_schema(exclude=True)
class TableFile(PublicView):
    """A published table as CSV with fixed column names, the same in every language."""

    def get(self, request: Request, kind: str) -> HttpResponse:
        """The standing rows of a table."""
        district = queries.known_district(request.query_params.get("district", ""))
        rows = queries.rows(kind, district=district)
        return table_file(queries.public_table(kind), rows, kind, plain=True)


@extend_schema(exclude=True)
class ReliabilityFile(PublicView):
    """The reliability figures of a year as CSV."""

    def get(self, request: Request) -> HttpResponse:
        """The figures of the asked year, or of the newest."""
        return figures_file(asked_year(request.query_params.get("year", ""), reliability.years()))


@extend_schema(exclude=True)
class StandardsFile(PublicView):
    """The service standards of a day as CSV."""

    def get(self, request: Request) -> HttpResponse:
        """The values of the city as a whole."""
        try:
            return standards_file(standards(asked_day(request)))
        except NotInForce:
            raise Missing(NOTHING_IN_FORCE) from None
