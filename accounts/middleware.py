"""Ends sessions: idle too long, too old, or without the second factor that a new role asks for."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase

from accounts import sign_in
from accounts.models import User

View = Callable[[HttpRequest], HttpResponseBase]


def session_limits(view: View) -> View:
    """Middleware; after AuthenticationMiddleware. A request without our cookie costs nothing."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            user = request.user
            if isinstance(user, User):
                _keep_or_end(request, user)
        return view(request)

    return middleware


def _keep_or_end(request: HttpRequest, user: User) -> None:
    if sign_in.still_good(request, user):
        sign_in.seen(request)
    else:
        logout(request)
