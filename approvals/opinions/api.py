"""Opinions over HTTP, for the programs of a bureau. Whoever is asked answers on a page."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from approvals.opinions import queries
from approvals.opinions.actions import OPINIONS
from approvals.opinions.answers import OpinionAnswer
from approvals.opinions.models import Opinion
from approvals.opinions.serializers import NewOpinion
from approvals.queries import permit_for
from core.api import answer_once, body_of, with_version
from core.clock import city_now
from deadlines.sweep import settle
from workflow.api import bodies_of, take


def told(opinion: Opinion) -> dict[str, Any]:
    """To the bureau itself."""
    return dict(OpinionAnswer(opinion, context={"whole": True}).data)


@extend_schema(methods=["GET"], responses=OpinionAnswer(many=True), tags=["permits"])
@extend_schema(
    methods=["POST"], request=NewOpinion, responses={201: OpinionAnswer}, tags=["permits"]
)
@api_view(["GET", "POST"])
def opinions(request: Request, pk: int) -> Response:
    """List the opinions that were asked for about the permits of a set, or ask somebody outside for
    one about this permit: the link goes to the phone by SMS."""
    user = user_of(request)
    permit = permit_for(user, pk)
    if request.method == "GET":
        context = {"whole": queries.reads_whole(permit, user)}
        found = queries.of_set(permit, city_now())
        return Response(OpinionAnswer(found, many=True, context=context).data)
    settle(permit.case_ref)

    def act() -> tuple[int, Any]:
        new = Opinion(permit=permit)
        return 201, told(OPINIONS.perform(new, "ask", by=user, body=body_of(request)))

    response = answer_once(request, act)
    return with_version(response, response.data["version"])


@extend_schema(request=bodies_of("OpinionAct", Opinion), responses=OpinionAnswer, tags=["permits"])
@api_view(["POST"])
def action(request: Request, pk: int, opinion: int, name: str) -> Response:
    """One step of an opinion that was asked for: remind, withdraw."""
    one = queries.one_for(pk, opinion, user_of(request))
    return take(request, OPINIONS, one, name, told)
