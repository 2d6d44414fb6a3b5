"""Asking the portal as somebody, and what came of it, in the words of routes.toml."""

import json
from http.cookies import SimpleCookie
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.security.addresses import Ask, Route
from tests.security.city import WHO, City, taken_back

SIGN_IN = "/account/sign-in/"
#: What asking itself leaves behind, whoever asks.
OWN_TRACES = ["django_session", "core_meter"]
#: As pg_stat_xact_user_tables, which reads every index besides.
CHANGES = """
SELECT coalesce(sum(
    pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
    + pg_stat_get_xact_tuples_deleted(oid)), 0)
FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s)
"""


def send(
    city: City, who: str, method: str, address: str, body: dict[str, Any] | None = None
) -> Any:
    """One request as one of WHO; JSON to the API (a file as a form, a part of one as
    it is), forms to the pages.

    The browser forgets the cookies that it is given, so that it stays who it is.
    """
    client = city.browsers[who]
    cookies = {name: one.value for name, one in client.cookies.items()}
    try:
        return _sent(client, method, address, dict(body or {}))
    finally:
        client.cookies = SimpleCookie(cookies)


def _sent(client: Client, method: str, address: str, data: dict[str, Any]) -> Any:
    if method in ("GET", "DELETE") and not data:
        return client.generic(method, address)
    if "octets" in data:
        part, at = "application/offset+octet-stream", {"Upload-Offset": "0"}
        return client.generic(method, address, data["octets"], part, headers=at)
    files = any(hasattr(value, "read") for value in data.values())
    if address.startswith("/api/") and not files:
        text = json.dumps(data)
        return client.generic(method, address, text, content_type="application/json")
    return client.generic(method, address, encode_multipart(BOUNDARY, data), MULTIPART_CONTENT)


def outcome(answer: Any) -> str:
    """A status, or `in` for a redirect to the sign-in page and `go` for one to elsewhere."""
    if answer.status_code not in (301, 302, 303):
        return str(answer.status_code)
    return "in" if answer["Location"].startswith(SIGN_IN) else "go"


def changes() -> int:
    """How many rows this transaction has written so far, those taken back included."""
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, [OWN_TRACES])
        return int(cursor.fetchone()[0])


def asked(city: City, route: Route, ask: Ask) -> dict[str, tuple[HttpResponse, int]]:
    """The answer to everybody of WHO and how many rows it wrote, asked once a module."""
    key = f"{ask.method} {route.pattern}"
    if key not in city.answers:
        city.answers[key] = _everybody(city, route, ask)
    found: dict[str, tuple[HttpResponse, int]] = city.answers[key]
    return found


def _everybody(city: City, route: Route, ask: Ask) -> dict[str, tuple[HttpResponse, int]]:
    found, before = {}, changes()
    for who in WHO:
        with taken_back():
            body = None
            if ask.body:
                # To make one can take a thing that is made for it.
                body, before = city.body(ask.body), changes()
            answer = send(city, who, ask.method, route.address(city), body)
            after = changes()
        # Nothing was written since the last answer: what is taken back stays counted.
        found[who], before = (answer, after - before), after
    return found
