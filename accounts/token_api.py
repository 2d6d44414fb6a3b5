from typing import Any

from django.contrib.auth import user_logged_in
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions, second_factor, sign_in
from accounts.models import ApiToken, User
from core.bodies import Body
from core.problems import Missing, SignInNeeded

#: The answer has a secret in it, and nobody is signed in yet for whom caches are told so.
KEPT_BY_NOBODY = {"Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private"}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Found by drf-spectacular once this module is imported."""

    target_class = "accounts.api.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer"}


class TokenRequest(Body):
    """Who asks, with the code of the second factor where one is set up."""

    username = serializers.CharField(max_length=60)
    password = serializers.CharField(max_length=1024, trim_whitespace=False)
    code = serializers.CharField(max_length=20, required=False, allow_blank=True)


class TokenAnswer(serializers.Serializer[Any]):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


@extend_schema(request=TokenRequest, responses={201: TokenAnswer}, auth=[], tags=["tokens"])
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def tokens(request: Request) -> Response:
    """Asks for a bearer token with username, password and, where one is set up, a code."""
    body = TokenRequest(data=request.data)
    body.is_valid(raise_exception=True)
    said = body.validated_data
    plain = request._request  # noqa: SLF001 (sign-in and its counters take Django's request)
    name = User.normalise(said["username"])
    user = sign_in.check(plain, username=name, password=said["password"])
    # The same answer for an unknown name, a wrong password and a wrong code.
    wrong = SignInNeeded(_("Username, password or code is not right."))
    if user is None:
        raise wrong
    code = said.get("code", "")
    shown = bool(code) and second_factor.accepts(user, code)
    if not shown and (second_factor.is_set_up(user) or second_factor.required(user)):
        raise wrong
    user_logged_in.send(sender=User, request=plain, user=user)
    token, row = actions.issue_token(user=user, life=actions.TOKEN_LIFE, second_factor=shown)
    answer = TokenAnswer({"token": token, "expires_at": row.expires_at})
    return Response(answer.data, status=status.HTTP_201_CREATED, headers=KEPT_BY_NOBODY)


@extend_schema(request=None, responses={204: None}, tags=["tokens"])
@api_view(["DELETE"])
def current(request: Request) -> Response:
    """Ends the token that the request was made with."""
    if not isinstance(request.auth, ApiToken):
        raise Missing
    actions.revoke_token(token=request.auth)
    return Response(status=status.HTTP_204_NO_CONTENT)
