"""The published figures for those who watch over the cases, for programs."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from applications.timings.answers import FigureChange
from applications.timings.releases import must_revise, pending, release_named, revise
from core.api import answer_once, body_of
from core.bodies import read
from core.clock import CITY
from oversight.api import district_of
from oversight.late import watched, within
from oversight.statistics import By, ReviseBody, Told

DISTRICT = OpenApiParameter("district", str, description="Code of a district; all, left out.")


class CountedLine(serializers.Serializer[Any]):
    by = serializers.ChoiceField(By.choices)
    code = serializers.CharField()
    counts = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="By the list of `cases/` or `permits/` (`show`), narrowed by `by` and `period`.",
    )


class ReleaseCounts(serializers.Serializer[Any]):
    """What a release counts, small counts among them."""

    period = serializers.CharField(source="release.period")
    number = serializers.IntegerField(source="release.number")
    at = serializers.DateTimeField(source="release.at", default_timezone=CITY)
    sha256 = serializers.CharField(source="release.digest")
    lines = serializers.SerializerMethodField()

    def get_lines(self, told: Told) -> list[dict[str, Any]]:
        lines = [line for found in told.lines().values() for line in found]
        return list(CountedLine(lines, many=True).data)


class Recount(serializers.Serializer[Any]):
    """What a recount finds different from what was published."""

    period = serializers.CharField()
    number = serializers.IntegerField()
    differences = FigureChange(many=True)


class Revised(serializers.Serializer[Any]):
    period = serializers.CharField()
    number = serializers.IntegerField()
    sha256 = serializers.CharField(source="digest")
    reason = serializers.CharField()


@extend_schema(
    operation_id="oversight_statistics", responses=ReleaseCounts, parameters=[DISTRICT],
    tags=["oversight"],
)  # fmt: skip
@api_view(["GET"])
def counts(request: Request, period: str) -> Response:
    """The counts of a published month or year, each of which is that of a list."""
    districts = watched(user_of(request))
    told = Told(release_named(period), within(districts, district_of(request)))
    return Response(ReleaseCounts(told).data)


@extend_schema(operation_id="oversight_statistics_recount", responses=Recount, tags=["oversight"])
@api_view(["GET"])
def recount(request: Request, period: str) -> Response:
    """Count a published month or year again, and compare."""
    watched(user_of(request))
    release = release_named(period)
    answer = {
        "period": release.period, "number": release.number, "differences": pending(release.of),
    }  # fmt: skip
    return Response(Recount(answer).data)


@extend_schema(request=ReviseBody, responses={200: Revised}, tags=["oversight"])
@api_view(["POST"])
def revision(request: Request, period: str) -> Response:
    """Publish a period's figures anew: by the lead agency, with a reason, beside what stays."""
    user = user_of(request)
    must_revise(user)

    def act() -> tuple[int, Any]:
        body = read(ReviseBody, body_of(request))
        made = revise(period=release_named(period).of, by=user, reason=body["reason"])
        return 200, Revised(made).data

    return answer_once(request, act)
