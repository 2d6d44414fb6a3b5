"""The licence library, asked over HTTP (docs/licence-library.md), in no transaction. What it says
is believed only where all of it fits what was asked.

`POST /licences {key, kind, number, name, address, actor: {number, name}}`; 200 answers `{key, kind,
number, name, state, valid_until, actor, file: {name, content}}`.
"""

import base64
import binascii
import http.client
import json
import re
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from django.conf import settings

from applications.licences.models import LicenceFetch
from core.clock import city_now, local_date
from core.identifiers import plain
from core.reading import canonical
from documents.content import max_bytes
from rules.licences import licence_rules

Outcome = LicenceFetch.Outcome

#: By status, where a refusal names the question that it is about.
REFUSALS: Final = {
    404: Outcome.NOT_FOUND,
    409: Outcome.NAME_DIFFERS,
    403: Outcome.NOT_ALLOWED,
    429: Outcome.BUSY,
}
#: Who may use somebody else's licence, by the library's own register: that of a company.
FOR_A_COMPANY: Final = frozenset({"legal_representative", "agent"})
HOLDER: Final = "holder"
VALID: Final = "valid"
CHUNK: Final = 65536
#: How the dot in a name from abroad, and the gaps in it, are written in one place and another.
DOTS_AND_GAPS: Final = re.compile(r"[·•‧∙⋅・･.\s]")


class _Nowhere(urllib.request.HTTPRedirectHandler):
    """The question names a person: it goes to the operator's address and is led nowhere else."""

    def redirect_request(self, *_args: Any) -> None:
        return None


# No proxy: whoever sets the address says how it is reached.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Nowhere)


@dataclass(frozen=True, slots=True)
class Person:
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: a kind of licence by its holder's number and name, of a place at its
    address, for a person who has shown who it is."""

    key: str
    kind: str
    number: str
    name: str
    address: str
    actor: Person


@dataclass(frozen=True, slots=True)
class Licence:
    """What the library gave; `valid_until` is the last day, None where it ends on none."""

    data: bytes
    file_name: str
    valid_until: date | None


class NoLicence(Exception):
    """There is none to be had; `outcome` says why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def is_open() -> bool:
    """Whether there is a library to ask."""
    return bool(settings.LICENCES_URL)


def ask(question: Question) -> Licence:
    """Ask for a licence, once.

    Raises:
        NoLicence: it has none for this person, or did not say clearly that it has.
    """
    status, body = _answer(question)
    if not isinstance(body, dict) or body.get("key") != question.key:
        raise NoLicence(Outcome.NO_ANSWER)
    if status != http.client.OK:
        raise NoLicence(REFUSALS.get(status, Outcome.NO_ANSWER))
    return _read(body, question)


def _answer(question: Question) -> tuple[int, Any]:
    """Its status and what it says; None where that is no JSON, or did not come whole in time."""
    request = urllib.request.Request(  # noqa: S310 (the operator's own http address)
        f"{settings.LICENCES_URL.rstrip('/')}/licences",
        data=json.dumps(asdict(question)).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {settings.LICENCES_TOKEN}",
        },
    )
    wait = licence_rules().wait
    ends = time.monotonic() + wait
    try:
        with _opener.open(request, timeout=wait) as answer:
            return answer.status, _json(answer, ends)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _json(error, ends)
    except (OSError, http.client.HTTPException):
        return 0, None


def _json(answer: Any, ends: float) -> Any:
    """What is longer than a file can be, or trickles past the end, is no answer."""
    # Base64 takes four bytes for three; the rest of the answer fits a chunk.
    held, most = bytearray(), max_bytes() * 4 // 3 + CHUNK
    while piece := answer.read1(CHUNK):
        held += piece
        if len(held) > most or time.monotonic() > ends:
            return None
    try:
        return json.loads(held)
    except ValueError:
        return None


def _read(body: dict[str, Any], question: Question) -> Licence:
    """The licence in an answer; a missing or strange member makes the answer none."""
    try:
        held = str(body["kind"]), plain(str(body["number"]))
        name, state, actor = str(body["name"]), body["state"], body["actor"]
        until = body["valid_until"]
        valid_until = None if until is None else date.fromisoformat(until)
        file_name = str(body["file"]["name"])
        data = base64.b64decode(body["file"]["content"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise NoLicence(Outcome.NO_ANSWER) from None
    if held != (question.kind, plain(question.number)):
        raise NoLicence(Outcome.NO_ANSWER)
    if name_key(name) != name_key(question.name):
        raise NoLicence(Outcome.NAME_DIFFERS)
    own = plain(question.actor.number) == plain(question.number)
    if actor not in ({HOLDER} if own else FOR_A_COMPANY):
        raise NoLicence(Outcome.NOT_ALLOWED)
    if state != VALID:
        raise NoLicence(Outcome.REVOKED)
    if valid_until is not None and valid_until < local_date(city_now()):
        raise NoLicence(Outcome.EXPIRED)
    return Licence(data, file_name, valid_until)


def name_key(name: str) -> str:
    """The one spelling of a name."""
    return DOTS_AND_GAPS.sub("", canonical(name)).casefold()
