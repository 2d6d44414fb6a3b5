"""The systems that are told of outages, over HTTP; administrators only."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from core.answers import Instant, MaybeInstant, page_of
from core.api import answer_once, body_of
from core.paging import paged
from core.problems import Missing
from notifications.bulk.api import administrators_only
from notifications.models import Delivery
from notifications.webhooks import actions
from notifications.webhooks.models import Endpoint
from notifications.webhooks.queries import ORDER, log_of
from notifications.webhooks.views import ACTIONS


class SystemAnswer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    url = serializers.CharField()
    created_at = Instant()
    ended_at = MaybeInstant()
    previous_until = MaybeInstant(help_text="until when the secret before holds too")


class SystemDelivery(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    key = serializers.UUIDField(help_text="the webhook-id")
    kind = serializers.CharField(source="outbox.kind")
    state = serializers.ChoiceField(choices=Delivery.State.choices)
    reason = serializers.CharField()
    said = serializers.CharField()
    tries = serializers.IntegerField()
    created_at = Instant()


def _one(pk: int) -> Endpoint:
    found = Endpoint.objects.filter(pk=pk).first()
    if found is None:
        raise Missing
    return found


@extend_schema(
    methods=["GET"], operation_id="systems_list", responses=page_of(SystemAnswer), tags=["messages"]
)
@extend_schema(
    methods=["POST"],
    request=actions.NewEndpoint,
    responses={201: SystemAnswer},
    tags=["messages"],
)
@api_view(["GET", "POST"])
def systems(request: Request) -> Response:
    """The systems that are told; POST adds one. Its secret stands on its page alone."""
    administrators_only(request)
    if request.method == "POST":
        return answer_once(
            request, lambda: (201, SystemAnswer(actions.register(body_of(request))).data)
        )
    return paged(request, Endpoint.objects.filter(ended_at=None), SystemAnswer, order=ORDER)


@extend_schema(responses=page_of(SystemDelivery), operation_id="system_log", tags=["messages"])
@api_view(["GET"])
def system(request: Request, pk: int) -> Response:
    """What a system was told, the newest first."""
    administrators_only(request)
    return paged(request, log_of(_one(pk)), SystemDelivery, order=ORDER)


@extend_schema(operation_id="system_act", request=None, responses=SystemAnswer, tags=["messages"])
@api_view(["POST"])
def act(request: Request, pk: int, action: str) -> Response:
    """`test` sends it a message, `rotate` gives it another secret, `end` tells it no more."""
    administrators_only(request)
    one = _one(pk)
    if action not in ACTIONS:
        raise Missing
    ACTIONS[action][0](one)
    return Response(SystemAnswer(_one(pk)).data)


@extend_schema(request=None, responses=SystemDelivery, tags=["messages"])
@api_view(["POST"])
def resend(request: Request, pk: int, delivery_id: int) -> Response:
    """Send one message once more, under the same id."""
    administrators_only(request)
    row = log_of(_one(pk)).filter(pk=delivery_id).first()
    if row is None:
        raise Missing
    actions.resend(row)
    return Response(SystemDelivery(log_of(_one(pk)).get(pk=delivery_id)).data)
