"""An identity service for a test, and a person who goes there and comes back."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.test import Client

from accounts.oidc import client as oidc
from portal.outside import played_identity_services
from tests.servers import answering
from tools.counterparts.identity import serving

OWN = "/account/identity/"
ACCOUNT, REFUSED = f"{OWN}account/", f"{OWN}refused/"
ENTER, FACE, LINK = f"{OWN}national/sign-in/", f"{OWN}national/face/", f"{OWN}national/link/"
RETURN = f"{OWN}national/return/"
#: Name and number of one of its people.
ZHOU = ("周敏", "510304198805170022")


class Service:
    """A counterpart, asked as a stranger and as a person's browser ask it."""

    def __init__(self, url: str) -> None:
        self.url, self.asked = url, http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)

    def behave(self, mode: str = "well", times: int = 1, **how: Any) -> None:
        self._post("/behaviour", json.dumps({"mode": mode, "times": times, **how}))

    def chosen(self, address: str, person: str = "zhou") -> str:
        """The page of ours to which a browser is led once somebody was chosen at an address."""
        parts = urlsplit(address)
        said = urlencode({**dict(parse_qsl(parts.query)), "person": person})
        return self._post(parts.path, said).headers["Location"] or ""

    def _post(self, path: str, body: str) -> http.client.HTTPResponse:
        self.asked.request("POST", path, body.encode())
        answer = self.asked.getresponse()
        answer.read()
        return answer


@contextmanager
def identity_service() -> Iterator[Service]:
    """The settings name the services that the counterpart plays, `national` and `provincial`."""
    before = settings.IDENTITY_SERVICES
    with answering(serving(0, Path())) as url:
        settings.IDENTITY_SERVICES = played_identity_services(url)
        oidc.forget()
        yield Service(url)
    settings.IDENTITY_SERVICES = before
    oidc.forget()


def address_of(leaving: Any) -> str:
    """Where a page leads that leads to a service."""
    assert leaving.status_code == 200, leaving.get("Location")
    return str(leaving["Refresh"]).removeprefix("0; url=")


def answer_of(
    service: Service, client: Client, page: str = ENTER, person: str = "zhou", **said: Any
) -> Any:
    """Where a browser comes back to, that has gone from a page to the service."""
    return service.chosen(address_of(client.post(page, said)), person)


def gone(
    service: Service, client: Client, page: str = ENTER, person: str = "zhou", **said: Any
) -> Any:
    """As `answer_of`, and what the browser is answered there."""
    return client.get(answer_of(service, client, page, person, **said))
