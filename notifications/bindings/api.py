"""Binding WeChat or the app to an account; and what the gateways of channels tell us."""

from typing import Any

from django.conf import settings
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.signed import SIGNED, take_signed
from core.api import body_of
from core.bodies import read
from core.problems import Missing
from notifications import receipts
from notifications.bindings import actions, grants
from notifications.bindings.models import BOUND
from notifications.bindings.serializers import (
    BindingCodeAnswer,
    ChannelEvent,
    ChannelEventAnswer,
)


@extend_schema(
    methods=["POST"],
    operation_id="account_binding_code",
    request=None,
    responses={201: BindingCodeAnswer},
    tags=["account"],
)
@extend_schema(
    methods=["DELETE"], operation_id="account_binding_end", responses={204: None}, tags=["account"]
)
@never_cache
@api_view(["POST", "DELETE"])
def binding(request: Request, channel: str) -> Response:
    """POST makes a code, to be typed in over there; DELETE ends what is bound."""
    party = user_of(request).party_id
    if channel not in BOUND:
        raise Missing
    if request.method == "POST":
        return Response(BindingCodeAnswer(actions.ask_code(party, channel)).data, status=201)
    if not actions.end(party, channel):
        raise Missing
    return Response(status=204)


@extend_schema(
    operation_id="channel_events",
    auth=[],
    parameters=SIGNED,
    request=ChannelEvent,
    responses={
        200: ChannelEventAnswer,
        401: OpenApiResponse(description="`not-signed`"),
        413: OpenApiResponse(description="`too-large`"),
    },
)
@never_cache
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def events(request: Request, channel: str) -> Response:
    """What the gateway of a channel tells, signed; each `webhook-id` is taken once
    (docs/messages.md)."""

    def act() -> tuple[int, Any]:
        said = read(ChannelEvent, body_of(request), channel=channel)
        return 200, {"outcome": _take(channel, said["type"], said["data"])}

    secrets = settings.CHANNEL_SECRETS.get(channel, [])
    return take_signed(request, secrets, owner=f"channel {channel}", act=act)


def _take(channel: str, type_: str, data: dict[str, Any]) -> str:
    match type_:
        case "binding.asked":
            return actions.take_code(channel, data["code"], data["address"])
        case "binding.ended":
            actions.end_address(channel, data["address"])
        case "grant.given":
            grants.give(channel, data["address"], data["template"], data["count"])
        case _:
            told = receipts.Told(
                key=data["key"],
                arrived=type_ == "message.delivered",
                part=data.get("part") or 0,
                parts=data.get("parts") or 0,
                said=data.get("said", ""),
            )
            receipts.take(channel, told)
    return "taken"
