"""Whose an answer is that is kept for whoever repeats a request."""

import hashlib

from django.http import HttpRequest
from rest_framework.request import Request


def owner_of(request: HttpRequest | Request) -> str:
    """The party of whoever is signed in; else the session, which strangers never share."""
    party = getattr(request.user, "party_id", None)
    if party is not None:
        return f"party:{party}"
    session = request.session
    if session.session_key is None:
        session.create()
    return f"session:{hashlib.sha256(str(session.session_key).encode()).hexdigest()}"
