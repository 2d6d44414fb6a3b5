"""The one list, and the digest of the morning, for programs of those who work at a desk."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from core.answers import Instant, MaybeText, page_of
from core.bodies import Body
from core.filters import CURSOR
from core.problems import Forbidden
from desk import digest
from desk.filters import TodoFilter
from desk.queries import FEEDS, TodoPages, rows_of

PARAMETERS = [
    OpenApiParameter(name, OpenApiTypes.STR) for name in TodoFilter.base_fields if name != "module"
]
MODULE = OpenApiParameter("module", OpenApiTypes.STR, enum=[feed.code for feed in FEEDS])


class TodoAnswer(serializers.Serializer[Any]):
    """What is asked of one about one thing, and why of this one.

    `act` takes it on, without a body for all but `assign`; `barred` says why it is for somebody
    else of the desk.
    """

    module = serializers.ChoiceField([feed.code for feed in FEEDS], source="feed.code")
    number = serializers.CharField(source="row.number")
    asked = serializers.CharField(source="row.asked")
    about = serializers.CharField(source="row.about")
    reason = serializers.CharField(source="row.reason")
    since = Instant(source="row.since")
    left = MaybeText(source="row.left.word")
    late = serializers.BooleanField(source="row.left.late")
    barred = MaybeText(source="row.barred")
    act = MaybeText(source="row.act")
    version = serializers.IntegerField(source="row.version")
    url = serializers.CharField(source="row.url")


@extend_schema(
    operation_id="desk_list",
    responses=page_of(TodoAnswer),
    parameters=[MODULE, *PARAMETERS, *CURSOR],
)
@api_view(["GET"])
def todo(request: Request) -> Response:
    """What one must do now, from every module, by time left; `url` is its page."""
    user = user_of(request)
    form = TodoFilter(request.query_params, user)
    if not form.feeds:
        raise Forbidden
    form.check()
    pages, streams = TodoPages(), form.streams()
    places: Any = pages.paginate_queryset(streams, request) or []  # type: ignore[arg-type]  # merged
    rows = [{"feed": feed, "row": row} for feed, row in rows_of(places, user)]
    return pages.get_paginated_response(TodoAnswer(rows, many=True).data)


class DigestChoice(Body):
    wanted = serializers.BooleanField()


class DigestAnswer(serializers.Serializer[Any]):
    """What the digest of the morning would say now, and whether one has it. Past a thousand there
    is no figure: 1001. `broken` is told to those who run the portal."""

    wanted = serializers.BooleanField()
    waiting = serializers.IntegerField()
    late = serializers.IntegerField()
    broken = serializers.ListField(child=serializers.CharField())


@extend_schema(methods=["GET"], operation_id="desk_digest", responses=DigestAnswer, tags=["desk"])
@extend_schema(
    methods=["PATCH"],
    operation_id="desk_digest_choose",
    request=DigestChoice,
    responses=DigestAnswer,
    tags=["desk"],
)
@api_view(["GET", "PATCH"])
def morning(request: Request) -> Response:
    """The digest of the morning; PATCH says whether one wants it."""
    user = user_of(request)
    if user.role_in(*digest.READERS) is None:
        raise Forbidden
    if request.method == "PATCH":
        body = DigestChoice(data=request.data)
        body.is_valid(raise_exception=True)
        digest.choose(user, **body.validated_data)
    said = digest.morning_of(user)
    found = {
        "wanted": digest.wanted_by(user),
        "waiting": said.waiting,
        "late": said.late,
        "broken": map(str, said.broken),
    }
    return Response(DigestAnswer(found).data)
