"""Suggested faults over HTTP; and what monitoring systems tell."""

import json
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.models import User
from accounts.signed import SIGNED, take_signed
from core.answers import page_of
from core.api import with_version
from core.filters import narrowed, parameters_of
from core.paging import paged
from core.problems import Forbidden, Malformed
from reliability.monitoring import answers, queries
from reliability.monitoring.actions import SUGGESTIONS
from reliability.monitoring.bodies import MonitoringEvents
from reliability.monitoring.filters import SuggestionFilter, UnclearFilter
from reliability.monitoring.models import Suggestion
from reliability.monitoring.taking import take as take_events
from reliability.records import READERS, one_of
from reliability.who import OPERATOR
from workflow.api import bodies_of, take


@extend_schema(
    operation_id="monitoring_events",
    auth=[],
    parameters=SIGNED,
    request=MonitoringEvents,
    responses={
        200: answers.MonitoringEventsTaken,
        401: OpenApiResponse(description="`not-signed`"),
        413: OpenApiResponse(description="`too-large`"),
    },
)
@never_cache
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def events(request: Request, system: str) -> Response:
    """What a monitoring system of the grid tells, signed; each `webhook-id` is taken once, and each
    row is answered (docs/monitoring.md)."""

    def act() -> tuple[int, Any]:
        found = take_events(system, _parsed(request.body))
        return 200, answers.MonitoringEventsTaken({"results": found}).data

    secrets = settings.MONITORING_SECRETS.get(system, [])
    return take_signed(request, secrets, owner=f"monitoring {system}", act=act, batch=True)


def _parsed(raw: bytes) -> Any:
    """Not as the parser of bodies does it: half a character in one row must not lose the others.

    Raises:
        Malformed: it is no JSON, or nested beyond reason.
    """
    try:
        body = json.loads(raw)
        json.dumps(body)
    except (ValueError, RecursionError) as error:
        raise Malformed(_("The request could not be read.")) from error
    return body


@extend_schema(
    operation_id="fault_suggestions_list",
    responses=page_of(answers.SuggestionAnswer),
    parameters=parameters_of(SuggestionFilter),
)
@api_view(["GET"])
def suggestions(request: Request) -> Response:
    """List the faults that monitoring suggests in one's districts, newest first."""
    found = narrowed(SuggestionFilter, request, queries.suggestions(user_of(request)))
    return paged(request, found, answers.SuggestionAnswer, order=Suggestion.ORDER)


@extend_schema(responses=answers.SuggestionWhole)
@api_view(["GET"])
def suggestion(request: Request, pk: int) -> Response:
    """One suggestion with its events, and what one can do. An outage is made of it by reporting one
    with `number_of_suggestion`."""
    user = user_of(request)
    one = one_of(queries.suggestions(user), pk)
    return with_version(Response(answers.SuggestionWhole.of(one, user)), one.version)


@extend_schema(request=bodies_of("SuggestionAct", Suggestion), responses=answers.SuggestionWhole)
@api_view(["POST"])
def action(request: Request, pk: int, name: str) -> Response:
    """One step of a suggestion: join (to an outage), set_aside."""
    user = user_of(request)
    one = one_of(queries.suggestions(user), pk)
    whole = answers.SuggestionWhole
    return take(request, SUGGESTIONS, one, name, lambda moved: whole.of(moved, user))


@extend_schema(
    operation_id="monitoring_unclear_list",
    responses=page_of(answers.UnclearAnswer),
    parameters=parameters_of(UnclearFilter),
)
@api_view(["GET"])
def unclear(request: Request) -> Response:
    """List what was told and cannot be understood, newest first."""
    _reader(request)
    found = narrowed(UnclearFilter, request, queries.unclear())
    return paged(request, found, answers.UnclearAnswer)


@extend_schema(responses=answers.MonitoringSystemAnswer(many=True))
@api_view(["GET"])
def systems(request: Request) -> Response:
    """List the monitoring systems, and when each was heard last."""
    _reader(request)
    return Response(answers.MonitoringSystemAnswer(queries.systems(), many=True).data)


def _reader(request: Request) -> User:
    """Raises Forbidden for whoever has no district to read."""
    user = user_of(request)
    if user.role_in(*READERS) is None:
        raise Forbidden(OPERATOR["refusal"])
    return user
