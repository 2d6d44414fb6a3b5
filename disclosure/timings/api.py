"""The figures of real timings for programs."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    CharField,
    DateTimeField,
    DictField,
    IntegerField,
    SerializerMethodField,
)

from applications.timings.answers import FigureChange
from applications.timings.models import Cell, Release, Table
from applications.timings.releases import LARGE, release_named
from core.answers import page_of
from core.clock import CITY
from core.filters import CURSOR
from core.paging import paged
from core.problems import Missing
from core.reading import whole_number
from disclosure.api import PublicView
from disclosure.serializers import Figures, Serializer
from disclosure.timings.views import file_of

NUMBER = OpenApiParameter(
    "number", int, description="Number of the release; the newest where left out."
)


class TimingFigure(Serializer):
    """One row. `status` is `hidden` where a count is small, or would tell one: then every figure
    is null. Days are working days; see /disclosure/statistics/ for the formulas."""

    table = serializers.ChoiceField(Table.choices)
    row = CharField(help_text="Kind; kind/step; bureau or bureau/permit; empty: all.")
    district = CharField(help_text="Empty: the city.")
    status = SerializerMethodField()
    count = IntegerField(allow_null=True)
    mean_days = Figures(source="mean", allow_null=True)
    median_days = Figures(source="median", allow_null=True)
    percentile_90_days = IntegerField(source="percentile", allow_null=True)
    mean_days_net = Figures(source="net", allow_null=True)
    limited = IntegerField(allow_null=True)
    within_limit = IntegerField(source="within", allow_null=True)
    median_days_with_open = IntegerField(source="with_open", allow_null=True)
    limit_days_least = IntegerField(source="limit_least", allow_null=True)
    limit_days_most = IntegerField(source="limit_most", allow_null=True)
    delay_days = DictField(source="delay", child=IntegerField(), help_text="By holder.")

    def get_status(self, cell: Cell) -> str:
        return "hidden" if cell.count is None else "shown"


class TimingRelease(Serializer):
    period = CharField(help_text="Such as 2026-03, or 2026.")
    number = IntegerField(help_text="1: as frozen; more: a revision.")
    at = DateTimeField(default_timezone=CITY)
    rules_version = CharField()
    smallest_count = IntegerField(source="smallest")
    least_for_percentile = IntegerField(source="least")
    sha256 = CharField(source="digest", help_text="Of the CSV of this release.")
    entry = IntegerField(help_text="In the public record.")
    reason = CharField(help_text="Why it was revised; empty: it was not.")


class TimingAnswer(TimingRelease):
    figures = TimingFigure(many=True, source="cells.all")
    differences = FigureChange(many=True)


@extend_schema_view(
    get=extend_schema(
        operation_id="disclosure_statistics_list",
        responses=page_of(TimingRelease),
        parameters=CURSOR,
        tags=["disclosure"],
    )
)
class ReleasesView(PublicView):
    def get(self, request: Request) -> Response:
        """List every release of figures of real timings, the newest period first."""
        return paged(
            request,
            Release.objects.defer(*LARGE),
            lambda rows: TimingRelease(rows, many=True).data,
            order=("-period", "-number"),
        )


class ReleaseView(PublicView):
    @extend_schema(
        operation_id="disclosure_statistics", responses=TimingAnswer, parameters=[NUMBER],
        tags=["disclosure"],
    )  # fmt: skip
    def get(self, request: Request, period: str) -> Response:
        """The figures of a month (2026-03) or year (2026), as they were published."""
        return Response(TimingAnswer(asked(request, period)).data)


class ReleaseFile(PublicView):
    @extend_schema(
        operation_id="disclosure_statistics_csv",
        responses={(200, "text/csv"): OpenApiTypes.STR},
        parameters=[NUMBER],
        tags=["disclosure"],
    )
    def get(self, request: Request, period: str) -> Any:
        """The same as CSV, byte for byte as it was published."""
        return file_of(asked(request, period))


def asked(request: Request, period: str) -> Release:
    """Raises Missing where there is no such release."""
    number = request.query_params.get("number", "")
    if not number:
        return release_named(period)
    wanted = whole_number(number)
    if wanted is None:
        raise Missing
    return release_named(period, wanted)
