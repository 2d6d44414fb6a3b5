"""A person sent to an identity service and back: what the session waits for, and who came back.

What is asked is bound to this session, to one purpose and, where somebody acts already, to that
party; it is answered once, also of two answers at once, and does not hold for long.
"""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language

from accounts import limits
from accounts.oidc import client
from accounts.oidc.services import Service
from accounts.oidc.tokens import Untrusted
from core.fields import blind_index, seal, unseal
from core.identifiers import is_identity_number, plain
from core.place import one_client
from core.problems import TooMany
from core.reading import controls, worded
from rules.limits import Meter
from rules.limits import limits as rules_of_limits

#: What a session holds, sealed: the question that it asked last.
ASKED: Final = "identity.asked"
#: Characters of a name that is taken.
NAME_MAX: Final = 60
RETURN: Final = "accounts:identity-return"


class Purpose(StrEnum):
    SIGN_IN = "sign_in"
    LINK = "link"
    FACE = "face"


class Refusal(StrEnum):
    """Why nothing came of it; the page of refusals has the words (accounts/views/identity.py)."""

    STALE = "stale"
    CANCELLED = "cancelled"
    UNANSWERED = "unanswered"
    UNTRUSTED = "untrusted"
    UNCONFIRMED = "unconfirmed"
    OTHER_PERSON = "other_person"
    LINKED_ELSEWHERE = "linked_elsewhere"
    LINKED_OTHERWISE = "linked_otherwise"
    CLOSED = "closed"
    ROLE = "role"


class Refused(Exception):
    """Carries why; what it says besides is for the log alone, and names nobody."""

    def __init__(self, refusal: Refusal, said: str = "") -> None:
        super().__init__(f"{refusal} {said}".strip())
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Asked:
    """What a service was asked, by whom, for what, and where the person goes on afterwards.

    Attributes:
        party: of whoever acted then; None where nobody did.
    """

    purpose: Purpose
    service: str
    party: int | None
    next_url: str
    question: client.Question


@dataclass(frozen=True, slots=True)
class Person:
    """Who a service says that came back; name and number only where it has verified both."""

    service: str
    subject_digest: bytes
    name: str = ""
    id_number: str = ""

    @property
    def confirmed(self) -> bool:
        return bool(self.name)


def begin(request: HttpRequest, service: Service, purpose: Purpose, next_url: str) -> str:
    """Note in the session what a service is asked, and return its address for the browser.

    Raises:
        TooMany: this client asked too often.
        Refused: the service cannot be reached.
    """
    limits.spend(Meter.IDENTITY_ADDRESS, one_client(request))
    question = client.Question(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        redirect_uri=request.build_absolute_uri(reverse(RETURN, args=[service.code])),
        face=purpose == Purpose.FACE,
        asked_at=time.time(),
    )
    try:
        address = client.address(service, question, get_language() or "")
    except client.Unanswered as error:
        raise Refused(Refusal.UNANSWERED, str(error)) from error
    asked = Asked(purpose, service.code, _party_of(request), next_url, question)
    request.session[ASKED] = seal(json.dumps(asdict(asked)), purpose=ASKED)
    return address


def take(request: HttpRequest, service: Service) -> Asked | None:
    """What this session asked, if this is an answer to it; None for any other, and for a second.

    An answer to something else leaves what is waited for as it is.
    """
    asked = _waiting(request)
    state = request.GET.get("state", "")
    if asked is None or asked.service != service.code:
        return None
    if not constant_time_compare(asked.question.state, state):
        return None
    lasts = rules_of_limits().windows[Meter.IDENTITY_STATE].seconds
    try:
        limits.spend(Meter.IDENTITY_STATE, state)
    except TooMany:
        # The first answer may have ended this session: nothing is written into it any more.
        return None
    del request.session[ASKED]
    return asked if time.time() - asked.question.asked_at <= lasts else None


def _waiting(request: HttpRequest) -> Asked | None:
    try:
        held: dict[str, Any] = json.loads(unseal(request.session[ASKED], purpose=ASKED))
    except (KeyError, InvalidTag):  # none, or its key is out of use
        return None
    question = client.Question(**held.pop("question"))
    return Asked(**held | {"purpose": Purpose(held["purpose"]), "question": question})


def person(request: HttpRequest, service: Service, asked: Asked) -> Person:
    """Who the service says came back.

    Raises:
        Refused: nobody, it does not answer, it is not to be believed, or somebody else acts now.
    """
    if asked.purpose != Purpose.SIGN_IN and asked.party != _party_of(request):
        raise Refused(Refusal.OTHER_PERSON)
    _refuse_errors(request.GET, service)
    try:
        claims = client.redeem(service, asked.question, request.GET.get("code", ""))
    except client.Unanswered as error:
        raise Refused(Refusal.UNANSWERED, str(error)) from error
    except Untrusted as error:
        raise Refused(Refusal.UNTRUSTED, str(error)) from error
    return _read(claims, service)


def _refuse_errors(said: Mapping[str, str], service: Service) -> None:
    """What came instead of a code (RFC 6749, 4.1.2.1), or from another issuer (RFC 9207)."""
    if said.get("iss", service.issuer) != service.issuer:
        raise Refused(Refusal.UNTRUSTED, "another issuer")
    if said.get("error") == "access_denied":
        raise Refused(Refusal.CANCELLED)
    if "error" in said or not said.get("code"):
        raise Refused(Refusal.UNANSWERED, "an error in place of a code")


def _read(claims: Mapping[str, Any], service: Service) -> Person:
    """Of all that a service may tell nothing else is looked at: no picture, no address."""
    digest = blind_index(f"{service.code}\0{claims['sub']}", "identity.subject")
    name, number = claims.get(service.name_claim), claims.get(service.number_claim)
    unknown = Person(service.code, digest)
    if claims.get(service.verified_claim) is not True:
        return unknown
    if not isinstance(name, str) or not isinstance(number, str):
        return unknown
    name, number = worded(name), plain(number)
    if not name or len(name) > NAME_MAX or controls(name, one_line=True):
        return unknown
    return Person(service.code, digest, name, number) if is_identity_number(number) else unknown


def _party_of(request: HttpRequest) -> int | None:
    party: int | None = getattr(request.user, "party_id", None)
    return party
