from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from notifications.choices import ChannelAnswer, ChannelChoice, choices_of, choose


@extend_schema(methods=["GET"], responses=ChannelAnswer(many=True), tags=["account"])
@extend_schema(
    methods=["PATCH"],
    request=ChannelChoice,
    responses=ChannelAnswer(many=True),
    tags=["account"],
)
@api_view(["GET", "PATCH"])
def channels(request: Request) -> Response:
    """Over which channels one is told; this site always tells. PATCH says which are wanted."""
    party = user_of(request).party_id
    if request.method == "PATCH":
        body = ChannelChoice(data=request.data)
        body.is_valid(raise_exception=True)
        choose(party, body.validated_data)
    return Response(ChannelAnswer(choices_of(party), many=True).data)
