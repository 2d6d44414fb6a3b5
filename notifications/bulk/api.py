"""What goes to many, over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.roles import Role
from core.answers import Instant, MaybeInstant, page_of
from core.paging import paged
from core.problems import Forbidden, Missing
from notifications.bulk.models import Broadcast
from notifications.bulk.queries import ORDER, progress_of
from notifications.bulk.views import ACTIONS, NOT_YOURS


class BroadcastRow(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField(help_text="the event that is told")
    number = serializers.CharField(source="context.number", default="")
    state = serializers.ChoiceField(choices=Broadcast.State.choices)
    urgent = serializers.BooleanField()
    people = serializers.IntegerField(help_text="who followed when it was written")
    created_at = Instant()
    ended_at = MaybeInstant()


class ProgressAnswer(serializers.Serializer[Any]):
    """`planned` counts people, all else messages, of which one person may have several."""

    people = serializers.IntegerField()
    planned = serializers.IntegerField()
    left = serializers.IntegerField()
    waiting = serializers.IntegerField()
    sent = serializers.IntegerField()
    unknown = serializers.IntegerField()
    overtaken = serializers.IntegerField()
    rest = serializers.IntegerField()
    refused = serializers.IntegerField()


class BroadcastAnswer(BroadcastRow):
    resume_at = MaybeInstant(help_text="when it goes on by itself")
    progress = serializers.SerializerMethodField()

    @extend_schema_field(ProgressAnswer)
    def get_progress(self, one: Broadcast) -> Any:
        return ProgressAnswer(progress_of(one)).data


def administrators_only(request: Request) -> None:
    if user_of(request).role_in(Role.ADMINISTRATOR) is None:
        raise Forbidden(NOT_YOURS)


def _one(pk: int) -> Broadcast:
    found = Broadcast.objects.filter(pk=pk).first()
    if found is None:
        raise Missing
    return found


@extend_schema(operation_id="broadcasts_list", responses=page_of(BroadcastRow), tags=["messages"])
@api_view(["GET"])
def broadcasts(request: Request) -> Response:
    """List what goes to many, the newest first; administrators only."""
    administrators_only(request)
    return paged(request, Broadcast.objects.all(), BroadcastRow, order=ORDER)


@extend_schema(responses=BroadcastAnswer, tags=["messages"])
@api_view(["GET"])
def broadcast(request: Request, pk: int) -> Response:
    """How far one is."""
    administrators_only(request)
    return Response(BroadcastAnswer(_one(pk)).data)


@extend_schema(request=None, responses=BroadcastAnswer, tags=["messages"])
@api_view(["POST"])
def act(request: Request, pk: int, action: str) -> Response:
    """`stop` sends nothing more of it, `resume` sends it to the rest alone."""
    administrators_only(request)
    one = _one(pk)
    if action not in ACTIONS:
        raise Missing
    ACTIONS[action](one.pk)
    return Response(BroadcastAnswer(_one(pk)).data)
