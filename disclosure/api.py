from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ListField
from rest_framework.views import APIView

from applications.rentals.availability import told
from applications.states import ZERO_INVESTMENT
from approvals.roads.closure import Closure
from core.paging import CursorPages
from core.problems import FieldError, Invalid, Missing
from disclosure import queries
from disclosure.areas import approval_number
from disclosure.guide import guides
from disclosure.public import public_file, spend_data
from disclosure.serializers import (
    Guide,
    PublicationStand,
    Standards,
    WhatIfAnswer,
    published_rows,
    row_serializer,
    words,
)
from disclosure.standards import standards, standards_file
from disclosure.what_if import WhatIf, estimate
from grid.areas.drawing import GEOJSON, collection, feature, written
from grid.models import ElementKind
from publishing import formats
from publishing import queries as publishing
from publishing.models import Kind
from publishing.tables import Table, table_of
from rules.book import NotInForce
from rules.city import city

DISTRICT = OpenApiParameter("district", str, description="Code of a district.")
DAY = OpenApiParameter("on", OpenApiTypes.DATE, description="Day, today where left out.")
YEAR = OpenApiParameter("year", int, description="Year, the newest with data where left out.")
STATUTORY = OpenApiParameter(
    "statutory_district", str, description="In a zone: the district that the address lies in."
)
BUREAU = OpenApiParameter("bureau", str, description="Code of a bureau.")
PERMIT = OpenApiParameter("permit", str, description="Code of a permit.")
CLOSED = OpenApiParameter(
    "closed", str, enum=["now"], description="Roads that may not be dug today, those alone."
)
ELEMENT = OpenApiParameter(
    "kind", str, enum=ElementKind.values, description="Elements of one kind, all where left out."
)
NEEDS_DISTRICT = _("A zone needs the statutory district that the address lies in.")
NOTHING_IN_FORCE = _("No decision of the city was in force on that day.")


class PublicView(APIView):
    """Open to everybody, without an account or key, so many times in a while; answers may be kept
    by any cache."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        spend_data(request)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if answer.status_code == 200:
            return public_file(answer)
        add_never_cache_headers(answer)
        return answer


def asked_day(request: Request) -> date:
    """Today where the request names none. Raises Invalid where it is not a date."""
    words = request.query_params.get("on", "")
    if not words:
        return queries.today()
    try:
        return date.fromisoformat(words)
    except ValueError:
        reason = _("Is not a date such as 2026-11-23.")
        raise Invalid([FieldError("/on", reason)]) from None


def asked_among(request: Request, name: str, codes: Sequence[str]) -> str:
    """A parameter that is one of some codes; empty where it is left out. Raises Invalid."""
    words = request.query_params.get(name, "")
    if words and words not in codes:
        reason = format_lazy(_("Must be one of: {known}."), known=", ".join(codes))
        raise Invalid([FieldError(f"/{name}", reason)])
    return words


def asked_closed(request: Request) -> bool:
    """Raises Invalid for any other word than `now`."""
    words = request.query_params.get("closed", "")
    if words not in ("", "now"):
        raise Invalid([FieldError("/closed", _("This can only be “now”."))])
    return bool(words)


class TablePages(CursorPages):
    """`{results, next, previous}`, and with them where the table stands and the hotlines."""

    def __init__(self, table: Table) -> None:
        self.table, self.ordering = table, table.order

    def get_paginated_response(self, data: Any) -> Response:
        answer, newest = super().get_paginated_response(data), publishing.newest(self.table.kind)
        answer.data |= {
            "published": PublicationStand(newest).data if newest else None,
            "empty": None if data else str(self.table.words.empty_text),
            "hotlines": queries.hotlines(),
        }
        return answer


class TableView(PublicView):
    kind: Kind

    def narrowed(self, request: Request) -> dict[str, Any]:
        district = request.query_params.get("district", "")
        return {"district": queries.known_district(district)}

    def told(self, rows: Any) -> Any:
        """The rows with what is computed of them."""
        return rows

    def get(self, request: Request) -> Response:
        """The standing rows, each with its source and publication."""
        table = table_of(self.kind)
        pages = TablePages(table)
        found = queries.rows(self.kind, **self.narrowed(request)).select_related("publication")
        rows = self.told(pages.paginate_queryset(found, request, view=self))
        return pages.get_paginated_response(row_serializer(table)(rows, many=True).data)


def answers_table(
    kind: Kind, *parameters: OpenApiParameter, operation: str = "", **more: Any
) -> Callable[[type[TableView]], type[TableView]]:
    """What is said of the list of a published table.

    Args:
        operation: its name where that is not the table's.
        more: fields beside the rows.
    """
    told = extend_schema(
        responses=published_rows(table_of(kind), **more),
        parameters=list(parameters),
        operation_id=operation or f"disclosure_{kind.value}",
    )
    return extend_schema_view(get=told)


class InForceView(TableView):
    """Rows in force from one day to another, by day."""

    def narrowed(self, request: Request) -> dict[str, Any]:
        return {"on": asked_day(request)} if request.query_params.get("on") else {}


@answers_table(Kind.FEES, DAY, free_kinds=ListField(child=words(sorted(ZERO_INVESTMENT))))
class FeesView(InForceView):
    kind = Kind.FEES

    def get(self, request: Request) -> Response:
        """The catalogue, and the kinds that pay nothing (plan 3(3)2, 3(3)3)."""
        answer = super().get(request)
        answer.data["free_kinds"] = sorted(ZERO_INVESTMENT)
        return answer


@answers_table(Kind.PAYEES, DAY)
class PayeesView(InForceView):
    """Who may be paid, and who of them is affiliated with the supply company (plan 3(3)3)."""

    kind = Kind.PAYEES


@answers_table(Kind.PRICES, DAY)
class PricesView(InForceView):
    """Retail prices as the city's price authority sets them, a month before they take effect (plan
    3(5)1)."""

    kind = Kind.PRICES


@answers_table(Kind.POLICIES, DAY, BUREAU, PERMIT)
class PoliciesView(InForceView):
    """Documents by which bureaus decide permits, in force or not, with the bureau's own page (plan
    3(5)1)."""

    kind = Kind.POLICIES

    def narrowed(self, request: Request) -> dict[str, Any]:
        of = city()
        return super().narrowed(request) | {
            "bureau": asked_among(request, "bureau", [each.code for each in of.bureaus]),
            "permit": asked_among(request, "permit", [each.code for each in of.permits]),
        }


@answers_table(Kind.GROUP, DAY)
class GroupView(InForceView):
    """Posts of the working group, in their order; no people."""

    kind = Kind.GROUP


@answers_table(Kind.PROJECTS, DISTRICT)
class ProjectsView(TableView):
    """Projects of the distribution and rural network; money in ten thousand yuan."""

    kind = Kind.PROJECTS


@answers_table(Kind.TRAINING)
class TrainingView(TableView):
    """Training and promotion, what comes last first."""

    kind = Kind.TRAINING


@answers_table(Kind.PRACTICES)
class PracticesView(TableView):
    """Good practice, the newest first."""

    kind = Kind.PRACTICES


@answers_table(Kind.CAPACITY, DISTRICT, ELEMENT)
class CapacityView(TableView):
    """Elements of the grid with what they can still take now; no positions."""

    kind = Kind.CAPACITY

    def narrowed(self, request: Request) -> dict[str, Any]:
        return super().narrowed(request) | {
            "element": asked_among(request, "kind", ElementKind.values)
        }


@answers_table(Kind.AREAS, DISTRICT)
class AreasView(TableView):
    """Areas with the room left in them now; no positions."""

    kind = Kind.AREAS


@extend_schema(exclude=True)
class AreasDrawn(PublicView):
    def get(self, request: Request) -> HttpResponse:
        """The same areas with their polygons. Raises Missing without a map approval number."""
        approval, district = approval_number(), request.query_params.get("district", "")
        rows = queries.rows(Kind.AREAS, district=queries.known_district(district))
        told = row_serializer(table_of(Kind.AREAS))
        features = (feature(row, told(row).data) for row in rows.select_related("publication"))
        found = written(collection(features, approval_number=approval))
        return HttpResponse(found, content_type=GEOJSON)


@answers_table(Kind.OUTAGES, DISTRICT, operation="disclosure_outages_earlier")
class EarlierOutagesView(TableView):
    """Standing rows of outages from before they were recorded here."""

    kind = Kind.OUTAGES


@answers_table(Kind.ROADS, DISTRICT, CLOSED)
class RoadsView(TableView):
    kind = Kind.ROADS

    def narrowed(self, request: Request) -> dict[str, Any]:
        return super().narrowed(request) | {"closed": asked_closed(request)}

    def told(self, rows: Any) -> Any:
        return Closure.now().told(rows)


@answers_table(Kind.RENTAL, DISTRICT)
class RentalView(TableView):
    kind = Kind.RENTAL

    def told(self, rows: Any) -> Any:
        return told(rows)


class StandardsView(PublicView):
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
            raise Invalid([FieldError("/statutory_district", NEEDS_DISTRICT)]) from None
        return Response(Standards(found).data)


class GuidesView(PublicView):
    @extend_schema(responses=Guide(many=True), operation_id="disclosure_guides")
    def get(self, request: Request) -> Response:
        """Each kind of application: for whom it is and what it takes, by the rules of today."""
        return Response(Guide(guides(), many=True).data)


class WhatIfView(PublicView):
    @extend_schema(responses=WhatIfAnswer, parameters=[WhatIf], operation_id="disclosure_what_if")
    def get(self, request: Request) -> Response:
        """What a connection would take by the rules of today; nothing is kept of the question."""
        return Response(WhatIfAnswer(estimate(request.query_params.dict())).data)


@extend_schema(exclude=True)
class TableFile(PublicView):
    def get(self, request: Request, kind: str, ext: str) -> HttpResponse:
        district = queries.known_district(request.query_params.get("district", ""))
        rows = queries.rows(kind, district=district)
        columns = table_of(kind).standing
        return public_file(formats.table_file(columns, ext, kind, rows, plain=True))


@extend_schema(exclude=True)
class StandardsFile(PublicView):
    def get(self, request: Request) -> HttpResponse:
        try:
            return standards_file(standards(asked_day(request)))
        except NotInForce:
            raise Missing(NOTHING_IN_FORCE) from None
