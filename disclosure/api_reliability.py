from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    BooleanField,
    CharField,
    DateField,
    FloatField,
    IntegerField,
    ListField,
)

from core.answers import page_of
from core.clock import CITY
from core.filters import CURSOR
from core.paging import paged
from disclosure import queries
from disclosure.api import DISTRICT, YEAR, PublicView
from disclosure.reliability import (
    ORDER,
    checked,
    figures_of,
    file_of,
    interruptions_of,
    lines_of,
    plots_of,
    told_of,
)
from disclosure.serializers import Figures, Hotline, PublicationStand, Serializer, Text, words
from grid.points.models import AreaClass, Level
from publishing import queries as publishing
from publishing.models import Kind
from publishing.tables import table_of
from reliability.indices import reading
from reliability.indices.figures import Figure, Outcome
from reliability.indices.formulas import HOUR
from reliability.indices.queries import major_days
from reliability.outages.kinds import OutageKind

MONTH = OpenApiParameter("month", int, enum=range(1, 13), description="The whole year, left out.")
CLASS = OpenApiParameter("area_class", str, enum=AreaClass.values)
LEVEL = OpenApiParameter("level", str, enum=Level.values)
LINE = OpenApiParameter("line", OpenApiTypes.STR, description="Code of a line.")
PERIOD = [YEAR, MONTH, DISTRICT, CLASS, LEVEL]


class CustomerHours(FloatField):
    """Of customer-microseconds; six decimals of an hour."""

    def to_representation(self, value: Any) -> Any:
        return round(float(value / HOUR), 6)


class ReliabilityIndices(Serializer):
    """By DL/T 836, in hours, and by IEEE 1366, in minutes; null is no data."""

    saidi_hours = Figures(source="saidi", allow_null=True)
    saidi_minutes = Figures(source="saidi_in_minutes", allow_null=True)
    saifi = Figures(allow_null=True)
    caidi_hours = Figures(source="caidi", allow_null=True)
    caidi_minutes = Figures(source="caidi_in_minutes", allow_null=True)
    asai = Figures(allow_null=True)
    maifi = Figures(allow_null=True)
    saidi_hours_as_recorded = Figures(source="recorded", allow_null=True)


class InterruptedOften(Serializer):
    """CEMI-n: shares of customers interrupted n times or more."""

    n = IntegerField(source="times")
    all = Figures(source="everything")
    by_plan = Figures(source="counted")


class ReliabilityForecast(Serializer):
    """To the end of the year: by what the same days of the year before had, or as so far."""

    saidi_hours = Figures(source="saidi")
    by_last_year = BooleanField()


class ReliabilityFigure(Serializer):
    """The figures of one group; without customers served there is no data."""

    district = Text(source="group.district", allow_null=True)
    area_class = Text(source="group.area_class", allow_null=True)
    level = words(Level.choices, source="group.level")
    customers = Figures(allow_null=True)
    covered_from = DateField(source="covered.first", allow_null=True, default=None)
    covered_until = DateField(source="until", allow_null=True)
    by_plan = ReliabilityIndices(source="counted")
    all = ReliabilityIndices(source="everything")
    by_plan_ordinary = ReliabilityIndices(source="counted_ordinary")
    all_ordinary = ReliabilityIndices(source="ordinary")
    cemi = InterruptedOften(source="often", allow_null=True)
    interruptions = IntegerField(source="tally.interruptions", allow_null=True)
    excluded_by_policy = IntegerField(source="tally.excluded", allow_null=True)
    corrected = IntegerField(source="tally.corrected", allow_null=True)
    still_off = IntegerField(source="tally.still_off", allow_null=True)
    districts_without_data = IntegerField(source="missing", allow_null=True)
    limit_hours = Figures(source="target.hours", allow_null=True)
    clause = Text(source="target.clause", allow_null=True)
    fall = Figures(allow_null=True)
    forecast = ReliabilityForecast(allow_null=True)
    outcome = words(list(Outcome), allow_null=True)
    met = BooleanField(allow_null=True)

    def to_representation(self, instance: Figure) -> dict[str, Any]:
        answer = super().to_representation(instance)
        if instance.customers is None:
            nothing = ("interruptions", "excluded_by_policy", "corrected", "still_off")
            answer |= dict.fromkeys(nothing)
        if instance.group.district:
            answer["districts_without_data"] = None
        return answer


class MajorEvents(Serializer):
    """By the 2.5 beta method: the limit of a day's SAIDI; null: undefined, and nothing is one."""

    level = words(Level.choices)
    limit_minutes = FloatField(source="limit.as_limit.minutes", allow_null=True, default=None)
    alpha = FloatField(source="limit.alpha", allow_null=True, default=None)
    beta = FloatField(source="limit.beta", allow_null=True, default=None)
    years = IntegerField(source="limit.years", allow_null=True, default=None)
    provisional = BooleanField(source="limit.as_limit.provisional", allow_null=True, default=None)
    days = ListField(child=DateField())


class Reliability(Serializer):
    """The figures of a period; `empty` says why there are none. `counted_at`: of which instant they
    are; `waiting`: places that have changed since and are being counted anew."""

    year = IntegerField(allow_null=True)
    month = IntegerField(allow_null=True)
    years = ListField(child=IntegerField())
    counted_at = serializers.DateTimeField(allow_null=True, default_timezone=CITY)
    waiting = IntegerField()
    figures = ReliabilityFigure(many=True)
    major_days = MajorEvents(many=True)
    published = PublicationStand(allow_null=True)
    empty = CharField(allow_null=True)
    hotlines = Hotline(many=True)


class ReliabilityView(PublicView):
    @extend_schema(responses=Reliability, parameters=PERIOD, operation_id="disclosure_reliability")
    def get(self, request: Request) -> Response:
        """SAIDI, SAIFI, CAIDI, ASAI, MAIFI and CEMI per level, class and place: of all outages and
        by the plan, each with and without major-event days."""
        found = checked(request.GET)
        figures = figures_of(found)
        levels = list(dict.fromkeys(row.group.level for row in figures))
        answer = {
            "year": found.year,
            "month": found.asked and found.asked.month,
            "years": found.years,
            "counted_at": found.counted.at,
            "waiting": found.counted.waiting,
            "figures": figures,
            "major_days": major_days(found.year, levels) if found.year else [],
            "published": publishing.newest(Kind.CUSTOMERS),
            "empty": None if found.years else table_of(Kind.CUSTOMERS).words.empty_text,
            "hotlines": queries.hotlines(),
        }
        return Response(Reliability(answer).data)


@extend_schema(exclude=True)
class ReliabilityFile(PublicView):
    def get(self, request: Request) -> HttpResponse:
        return file_of(request.GET)


class CountedInterruptionAnswer(Serializer):
    """One interruption as the indices count it: pieces of outages that follow one another at one
    place are one. While the power is off it counts nothing."""

    outages = ListField(source="numbers", child=CharField())
    kind = words(OutageKind.choices)
    day = DateField()
    district = CharField()
    area_class = words(AreaClass.choices)
    level = words(Level.choices)
    line = Text(allow_null=True)
    begun_at = serializers.DateTimeField(default_timezone=CITY)
    ended_at = serializers.DateTimeField(default_timezone=CITY, allow_null=True)
    customers = IntegerField()
    customers_by_plan = IntegerField(source="customers_counted")
    customer_hours = CustomerHours(source="lost")
    customer_hours_by_plan = CustomerHours(source="lost_counted")
    customer_hours_as_recorded = CustomerHours(source="recorded")
    momentary = BooleanField()
    corrected = BooleanField()


class LineFigureAnswer(Serializer):
    """What the interruptions of one level on one line add up to; null is no data."""

    line = CharField()
    level = words(Level.choices)
    customers = IntegerField(allow_null=True)
    interruptions = IntegerField()
    customers_interrupted = IntegerField(source="interrupted")
    customer_hours = Figures(source="hours")
    customer_hours_by_plan = Figures(source="hours_counted")
    saidi_hours = Figures(source="saidi", allow_null=True)
    saidi_hours_by_plan = Figures(source="saidi_counted", allow_null=True)
    saifi = Figures(allow_null=True)
    caidi_hours = Figures(source="caidi", allow_null=True)


class InterruptionsView(PublicView):
    @extend_schema(
        responses=page_of(CountedInterruptionAnswer),
        parameters=[*PERIOD, LINE, *CURSOR],
        operation_id="disclosure_reliability_interruptions",
    )
    def get(self, request: Request) -> Response:
        """What the figures of a group are made of, the newest first."""
        found = interruptions_of(checked(request.GET))
        return paged(request, found, CountedInterruptionAnswer, order=ORDER)


class LinesView(PublicView):
    @extend_schema(
        responses=page_of(LineFigureAnswer),
        parameters=[*PERIOD, *CURSOR],
        operation_id="disclosure_reliability_lines",
    )
    def get(self, request: Request) -> Response:
        """Figures by line, by its code."""
        found = checked(request.GET)
        return paged(
            request,
            lines_of(found),
            lambda rows: LineFigureAnswer(told_of(found, rows), many=True).data,
            order=reading.LINE_ORDER,
        )


class PlotAnswer(Serializer):
    level = words(Level.choices)
    of = words(["classes", "months"])
    title = CharField()
    specification = serializers.JSONField(source="spec")


class PlotsView(PublicView):
    @extend_schema(
        responses=PlotAnswer(many=True),
        parameters=PERIOD,
        operation_id="disclosure_reliability_plots",
    )
    def get(self, request: Request) -> Response:
        """The plots of the page as Vega-Lite specifications with their data."""
        found = checked(request.GET)
        asked, reader = found.asked, found.reader
        if asked is None or reader is None:
            return Response([])
        rows = [row for row in reader.figures(asked) if row.group.district == asked.district]
        plots = [
            plot
            for level in dict.fromkeys(row.group.level for row in rows)
            for plot in plots_of(reader, asked, [row for row in rows if row.group.level == level])
        ]
        return Response(PlotAnswer(plots, many=True).data)
