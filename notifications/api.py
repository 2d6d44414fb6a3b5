from typing import Any

from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from core.api import body_of
from core.bodies import read
from notifications import quiet, stopping
from notifications.choices import CODES, ChannelAnswer, ChannelChoice, choices_of, choose
from rules.delivery import PERSONAL


@extend_schema(methods=["GET"], responses=ChannelAnswer(many=True), tags=["account"])
@extend_schema(
    methods=["PATCH"],
    request=ChannelChoice,
    responses=ChannelAnswer(many=True),
    tags=["account"],
)
@api_view(["GET", "PATCH"])
def channels(request: Request) -> Response:
    """Over which channels one is told of what; this site always tells. PATCH says which are
    wanted: of a channel for all topics, under `topics` for one."""
    party = user_of(request).party_id
    if request.method == "PATCH":
        choose(party, read(ChannelChoice, body_of(request)))
    return Response(ChannelAnswer(choices_of(party), many=True).data)


@extend_schema(methods=["GET"], responses=quiet.QuietHoursAnswer, tags=["account"])
@extend_schema(
    methods=["PUT"],
    request=quiet.QuietHours,
    responses=quiet.QuietHoursAnswer,
    tags=["account"],
)
@api_view(["GET", "PUT"])
def quiet_hours(request: Request) -> Response:
    """In which hours nothing rings but danger and codes; PUT chooses fewer than the city's."""
    party = user_of(request).party_id
    if request.method == "PUT":
        quiet.choose(party, read(quiet.QuietHours, body_of(request)))
    return Response(quiet.QuietHoursAnswer(quiet.hours_of(party)).data)


class StopAnswer(serializers.Serializer[Any]):
    """What the link stops, and whether it is stopped."""

    topic = serializers.ChoiceField(choices=CODES)
    channel = serializers.ChoiceField(choices=PERSONAL)
    done = serializers.BooleanField()


@extend_schema(methods=["GET"], operation_id="stop_read", auth=[], responses=StopAnswer)
@extend_schema(
    methods=["POST"], operation_id="stop_act", auth=[], request=None, responses=StopAnswer
)
@never_cache
@api_view(["GET", "POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def stop(request: Request, token: str) -> Response:
    """GET says what a stop link stops; POST stops it, as often as it is sent."""
    one = stopping.read(token)
    if request.method == "POST":
        one.act()
    return Response(StopAnswer(one).data)
