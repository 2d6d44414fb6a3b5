"""Whose an answer is that is kept for whoever repeats a request."""

import hashlib

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request


def owner_of(request: HttpRequest | Request) -> str:
    """The party of whoever is signed in; else the browser, by a secret that strangers never share.

    It is told by the cookies that it sent: a session that the first click has ended, by signing in,
    is still that of the second, which was on its way.
    """
    party = getattr(request.user, "party_id", None)
    if party is not None:
        return f"party:{party}"
    secret = request.COOKIES.get(settings.SESSION_COOKIE_NAME) or request.COOKIES.get(
        settings.CSRF_COOKIE_NAME
    )
    if not secret:
        request.session.create()
        secret = str(request.session.session_key)
    return f"session:{hashlib.sha256(secret.encode()).hexdigest()}"
