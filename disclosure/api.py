"""The public data for programs: what the public pages show, with sources and effective ranges."""

from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from applications.states import ZERO_INVESTMENT
from core.clock import CITY
from core.paging import CursorPages
from core.problems import FieldError, Invalid, Missing
from disclosure import files, queries
from disclosure.public import public_file
from disclosure.schema import FIGURES, STANDARDS, table_schema
from disclosure.standards import standards
from disclosure.views import asked_year
from publishing.columns import Column, Value
from publishing.models import Kind, PublishedRow
from publishing.tables import Table, table_of
from reliability import queries as reliability_queries
from reliability.indices import Indices, rounded
from reliability.statistics import Figure
from rules.errors import NotInForce
from rules.registry import calendar

DISTRICT = OpenApiParameter("district", str, description="Code of a district.")
DAY = OpenApiParameter("on", OpenApiTypes.DATE, description="Day, today where left out.")
YEAR = OpenApiParameter("year", int, description="Year, the newest with data where left out.")
PRECISION = 6


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


def number(value: Any) -> float | int | None:
    """A figure as JSON has it: whole numbers without a point, no data as null."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def plain(column: Column, value: Value) -> Any:
    """The value of a cell as JSON has it."""
    if column.numeric:
        return number(value)
    if isinstance(value, datetime):
        return value.astimezone(CITY)
    return value if value != "" else None


def row_json(table: Table, row: PublishedRow) -> dict[str, Any]:
    """A published row for programs, with the publication that it came in."""
    values = {name: plain(c, getattr(row, name)) for name, c in table.columns.items()}
    if table.announced:
        values[table.announced] = getattr(row, table.announced).astimezone(CITY)
    return values | {"publication": row.publication.number}


class TablePages(CursorPages):
    """`{results, next, previous}`, and with them where the table stands and the hotlines."""

    def stand_of(self, kind: str) -> None:
        """Name the table whose stand goes with the page."""
        self.kind = kind

    def get_paginated_response(self, data: Any) -> Response:
        stand = queries.stand(self.kind).as_json()
        why = None if data else str(table_of(self.kind).words.empty_text)
        extra = {"published": stand, "empty": why, "hotlines": queries.hotlines()}
        answer = super().get_paginated_response(data)
        answer.data = {**answer.data, **extra}
        return answer


class TableView(PublicView):
    """A published table as a cursor list."""

    kind: Kind

    def narrowed(self, request: Request) -> dict[str, Any]:
        """What the reader narrowed the list by."""
        district = request.query_params.get("district", "")
        return {"district": queries.known_district(district)}

    def get(self, request: Request) -> Response:
        """The standing rows, each with its source and publication."""
        table = table_of(self.kind.value)
        pages = TablePages()
        pages.stand_of(self.kind.value)
        pages.ordering = table.order
        found = queries.rows(self.kind.value, **self.narrowed(request))
        rows = pages.paginate_queryset(found.select_related("publication"), request, view=self)
        return pages.get_paginated_response([row_json(table, row) for row in rows or []])


@extend_schema_view(
    get=extend_schema(
        responses=table_schema(Kind.FEES), parameters=[DAY], operation_id="disclosure_fees"
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
        responses=table_schema(Kind.CAPACITY),
        parameters=[DISTRICT],
        operation_id="disclosure_capacity",
    )
)
class CapacityView(TableView):
    """Open capacity by line, and where and why it is limited."""

    kind = Kind.CAPACITY


@extend_schema_view(
    get=extend_schema(
        responses=table_schema(Kind.OUTAGES),
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
        responses=STANDARDS, parameters=[DAY, DISTRICT], operation_id="disclosure_standards"
    )
    def get(self, request: Request) -> Response:
        """Limits, steps, documents and permits of a day, and what was in force when."""
        district = queries.known_district(request.query_params.get("district", ""))
        statutory = request.query_params.get("statutory_district", "")
        try:
            found = standards(asked_day(request), district=district, statutory=statutory)
        except NotInForce:
            raise Missing(_("No decision of the city was in force on that day.")) from None
        except LookupError:
            reason = _("A zone needs the statutory district that the address lies in.")
            raise Invalid([FieldError("/statutory_district", reason)]) from None
        return Response(
            {
                "on": found.on,
                "district": found.district or None,
                "rules_version": found.version,
                "calendar_version": calendar().version,
                "from": found.since,
                "until": found.until,
                "kinds": [kind.as_json() for kind in found.kinds],
                "three_zero": [row.as_json() for row in found.three_zero],
                "permits": [permit.as_json() for permit in found.permits],
                "joint_limits": [row.as_json() for row in found.joint],
                "history": [row.as_json() for row in found.history],
                "not_adopted": [row.as_json() for row in found.not_adopted],
                "hotlines": queries.hotlines(),
            }
        )


class ReliabilityView(PublicView):
    """The reliability figures of a year; null is no data, zero is zero."""

    @extend_schema(responses=FIGURES, parameters=[YEAR], operation_id="disclosure_reliability")
    def get(self, request: Request) -> Response:
        """SAIDI, SAIFI, CAIDI and ASAI per level, class and place, by the plan and of all."""
        years = reliability_queries.years()
        year = asked_year(request.query_params.get("year", ""), years)
        found = reliability_queries.year_figures(year) if year else []
        why = None if years else str(table_of(Kind.CUSTOMERS).words.empty_text)
        return Response(
            {
                "year": year,
                "years": years,
                "figures": [figure_json(row) for row in found],
                "published": queries.stand(Kind.CUSTOMERS.value).as_json(),
                "empty": why,
                "hotlines": queries.hotlines(),
            }
        )


def figure_json(row: Figure) -> dict[str, Any]:
    """The figures of one group for programs."""
    return {
        "district": row.district or None,
        "area_class": row.area_class,
        "level": row.level,
        "customers": row.customers,
        "covered_until": row.until,
        "by_plan": indices_json(row.counted),
        "all": indices_json(row.everything),
        "outages": row.outages if row.customers is not None else None,
        "excluded_by_policy": row.excluded if row.customers is not None else None,
        "still_off": row.still_off if row.customers is not None else None,
        "districts_without_data": None if row.district else row.missing,
        "limit_hours": number(row.target.hours),
        "clause": row.target.clause or None,
        "fall": number(rounded(row.fall, PRECISION)),
        "met": row.met,
    }


def indices_json(found: Indices) -> dict[str, Any]:
    """The four indices, rounded to six decimals."""
    return {
        "saidi_hours": number(rounded(found.saidi, PRECISION)),
        "saifi": number(rounded(found.saifi, PRECISION)),
        "caidi_hours": number(rounded(found.caidi, PRECISION)),
        "asai": number(rounded(found.asai, PRECISION)),
    }


@extend_schema(exclude=True)
class TableFile(PublicView):
    """A published table as CSV with fixed column names, the same in every language."""

    def get(self, request: Request, kind: str) -> HttpResponse:
        """The standing rows of a table."""
        district = queries.known_district(request.query_params.get("district", ""))
        return files.published(kind, plain=True, district=district)


@extend_schema(exclude=True)
class ReliabilityFile(PublicView):
    """The reliability figures of a year as CSV."""

    def get(self, request: Request) -> HttpResponse:
        """The figures of the asked year, or of the newest."""
        year = asked_year(request.query_params.get("year", ""), reliability_queries.years())
        found = reliability_queries.year_figures(year) if year else []
        return files.figures_file(found, year or queries.today().year)


@extend_schema(exclude=True)
class StandardsFile(PublicView):
    """The service standards of a day as CSV."""

    def get(self, request: Request) -> HttpResponse:
        """The values of the city as a whole."""
        try:
            return files.standards_file(standards(asked_day(request)))
        except NotInForce:
            raise Missing(_("No decision of the city was in force on that day.")) from None
