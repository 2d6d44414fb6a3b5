"""Who a program is: the bearer token that its request carries.

REST framework loads this module while it is itself half loaded; its views are in token_api.py.
"""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import second_factor
from accounts.models import ApiToken, User
from core.fields import token_digest
from core.problems import Forbidden


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer …`. A token that is not good is refused, not passed over."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        bad = AuthenticationFailed(_("This token is not valid, or not valid any more."))
        if len(words) != 2:
            raise bad
        digest = token_digest(words[1].decode("latin-1"))
        token = ApiToken.objects.select_related("user").filter(digest=digest).first()
        now = timezone.now()
        if token is None or not token.valid_at(now) or not token.user.is_active:
            raise bad
        if not token.second_factor and second_factor.required(token.user):
            raise bad
        if token.last_used_on != now.date():
            ApiToken.objects.filter(pk=token.pk).update(last_used_on=now.date())
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def user_of(request: Request) -> User:
    """Refuses an account of another kind, which our authentication never finds."""
    if not isinstance(request.user, User):
        raise Forbidden
    return request.user
