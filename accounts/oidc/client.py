"""Asking an identity service: where a person is sent, and who it says that was.

Nothing here is done in a transaction: a service may take long, or never answer.
"""

import base64
import hashlib
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import IO, Any, Final
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings

from accounts.oidc import tokens
from accounts.oidc.services import Service

#: Of any answer; a set of keys has some thousands.
MOST_BYTES: Final = 200_000
#: Seconds for which a discovery document and keys are taken for new.
KEPT: Final = 600
DISCOVERY: Final = "/.well-known/openid-configuration"
_kept: dict[str, tuple[float, dict[str, Any]]] = {}
_at_work = BoundedSemaphore(settings.IDENTITY_AT_WORK)


class Unanswered(Exception):
    """No usable answer came, in time. Its words are for the log alone."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A secret goes where the settings and the service's own document say, and nowhere else."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)


@dataclass(frozen=True, slots=True)
class Question:
    """What a service is asked, once; `verifier` is the secret of PKCE (RFC 7636).

    Attributes:
        face: whether a face check is asked for.
        asked_at: seconds since 1970.
    """

    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    face: bool
    asked_at: float


def address(service: Service, question: Question, language: str) -> str:
    """Where the person's browser is sent.

    Raises:
        Unanswered: the service does not say where.
    """
    claims = (service.name_claim, service.number_claim, service.verified_claim)
    wanted: dict[str, Any] = {
        "response_type": "code",
        "client_id": service.client_id,
        "redirect_uri": question.redirect_uri,
        "scope": service.scope,
        "state": question.state,
        "nonce": question.nonce,
        "code_challenge": _challenge(question.verifier),
        "code_challenge_method": "S256",
        # In the signed token, so that nothing else has to be asked (Core 5.5).
        "claims": json.dumps({"id_token": {name: {"essential": True} for name in claims}}),
        "ui_locales": "en" if language.startswith("en") else "zh-CN",
    }
    if question.face:
        wanted |= {"acr_values": service.face_acr, "prompt": "login", "max_age": 0}
    endpoint = _endpoint(service, "authorization_endpoint")
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(wanted)}"


def redeem(service: Service, question: Question, code: str) -> dict[str, Any]:
    """What the service says of whoever came back with a code.

    Raises:
        Unanswered: it does not answer, or does not take the code.
        Untrusted: what it answers is not signed by it, or none to our question.
    """
    known = f"{quote(service.client_id, safe='')}:{quote(service.client_secret, safe='')}"
    answer = _ask(
        _endpoint(service, "token_endpoint"),
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": question.redirect_uri,
            "code_verifier": question.verifier,
        },
        {"Authorization": f"Basic {base64.b64encode(known.encode()).decode()}"},
    )
    claims = _claims(service, str(answer.get("id_token", "")))
    now = time.time()
    tokens.check(claims, service, nonce=question.nonce, asked_at=question.asked_at, now=now)
    if question.face:
        tokens.check_face(claims, service, asked_at=question.asked_at)
    return claims


def _claims(service: Service, token: str) -> dict[str, Any]:
    keys = _endpoint(service, "jwks_uri")
    try:
        return tokens.signed_claims(token, _keys(_document(keys)))
    except tokens.UnknownKey:
        return tokens.signed_claims(token, _keys(_document(keys, anew=True)))


def _keys(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = document.get("keys")
    if not isinstance(found, list):
        raise Unanswered("no keys")
    return [key for key in found if isinstance(key, dict) and key.get("use", "sig") == "sig"]


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _endpoint(service: Service, name: str) -> str:
    """From the service's own document (OpenID Connect Discovery 1.0); TLS where it has it."""
    document = _document(service.issuer.rstrip("/") + DISCOVERY)
    found = str(document.get(name, ""))
    if document.get("issuer") != service.issuer:
        raise Unanswered("its document is another's")
    schemes = {"https", urlsplit(service.issuer).scheme}
    plain = found.isascii() and found.isprintable() and " " not in found
    if not plain or urlsplit(found).scheme not in schemes or not urlsplit(found).netloc:
        raise Unanswered(f"its document has no {name}")
    return found


def _document(url: str, *, anew: bool = False) -> dict[str, Any]:
    """What everybody may read of a service, kept for a while."""
    until, found = _kept.get(url, (0.0, {}))
    if anew or until < time.monotonic():
        found = _ask(url)
        _kept[url] = (time.monotonic() + KEPT, found)
    return found


def forget() -> None:
    """What is kept of services: they may be others, in tests."""
    _kept.clear()


def _ask(
    url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The JSON object that an address answers. Only so many ask at once: threads stay free for
    everybody else, however slow a service is."""
    request = urllib.request.Request(  # noqa: S310 (the operator's own address, or by its document)
        url,
        data=None if form is None else urlencode(form).encode(),
        headers={"Accept": "application/json", **(headers or {})},
    )
    if not _at_work.acquire(blocking=False):
        raise Unanswered("too many ask")
    try:
        with _opener.open(request, timeout=settings.IDENTITY_WAIT) as answer:
            said = json.loads(_whole(answer))
    except urllib.error.HTTPError as error:
        error.close()
        raise Unanswered(f"http {error.code}") from error
    except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
        raise Unanswered(type(error).__name__) from error
    finally:
        _at_work.release()
    if not isinstance(said, dict):
        raise Unanswered("no object")
    return said


def _whole(answer: IO[bytes]) -> bytes:
    """Within the time for all of it: one that comes drop by drop is given up."""
    until, found = time.monotonic() + settings.IDENTITY_WAIT, b""
    while piece := answer.read1(MOST_BYTES):  # type: ignore[attr-defined]
        found += piece
        if len(found) > MOST_BYTES or time.monotonic() > until:
            raise ValueError("too long")
    return found
