"""Following outages over HTTP, with an account."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from core.api import answer_once, body_of
from core.place import client_address
from reliability.following.actions import follow, stop
from reliability.following.bodies import NewFollowing
from reliability.following.queries import followed_by
from reliability.following.reading import FollowingAnswer, rows_of


@extend_schema(methods=["GET"], responses=FollowingAnswer(many=True), tags=["outages"])
@extend_schema(
    methods=["POST"], request=NewFollowing, responses={201: FollowingAnswer}, tags=["outages"]
)
@api_view(["GET", "POST"])
def followings(request: Request) -> Response:
    """Of which outages one has word; POST adds one. What is followed already stays as it is."""
    user = user_of(request)
    if request.method == "GET":
        return Response(FollowingAnswer(rows_of(followed_by(user)), many=True).data)

    def act() -> tuple[int, Any]:
        one = follow(body=body_of(request), by=user, client=client_address(request))
        return 201, FollowingAnswer(rows_of([one])[0]).data

    return answer_once(request, act)


@extend_schema(request=None, responses={204: None}, tags=["outages"])
@api_view(["DELETE"])
def following(request: Request, pk: int) -> Response:
    """Stop one of them; as often as it is sent."""
    stop(pk, user_of(request))
    return Response(status=204)
