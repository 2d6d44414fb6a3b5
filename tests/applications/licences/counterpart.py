"""The licence library of a test, and people whose identity is confirmed."""

import json
import urllib.request
from dataclasses import dataclass
from typing import Any

from django.test import Client

from accounts.identities import ConfirmedIdentity
from accounts.models import User
from applications import drafts
from applications.models import Application
from rules.names import Kind
from tests.builders import declaration
from tools.scenarios import RESIDENT


@dataclass(frozen=True)
class At:
    """The counterpart, told and asked as a stranger would."""

    url: str

    def behave(self, mode: str = "well", times: int = 1, **how: Any) -> None:
        self._ask("/behaviour", {"mode": mode, "times": times, **how})

    def asked(self) -> dict[str, int]:
        """How often it was asked, by key."""
        found: dict[str, int] = json.loads(self._ask("/asked"))
        return found

    def page(self) -> str:
        return self._ask("/")

    def _ask(self, path: str, body: object = None) -> str:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(self.url + path, data=data, timeout=10) as answer:
            return str(answer.read().decode())


def confirm(user: User, number: str = "", name: str = "") -> ConfirmedIdentity:
    """Confirm who a person is: without more said, the resident of the stories."""
    return ConfirmedIdentity.objects.create(
        party=user.party,
        means=ConfirmedIdentity.Means.FACE,
        service="test",
        name=name or RESIDENT["name"],
        id_number=number or RESIDENT["id_number"],
    )


def begun(by: User, kind: Kind = Kind.RESIDENTIAL, **changes: Any) -> Application:
    """A draft without a document yet."""
    return drafts.draft(body=declaration(kind, **changes), by=by)


def ways(client: Client, case: Application, requirement: str = "identity") -> Any:
    """What a program is told of a document."""
    told = client.get(f"/api/v1/applications/{case.number}/").json()["documents"]
    return next(row for row in told if row["requirement"] == requirement)


def fetch(client: Client, case: Application, requirement: str = "identity", key: str = "") -> Any:
    """Agree to what stands there, and have it fetched."""
    offered = ways(client, case, requirement)["library"]
    return client.post(
        f"/api/v1/applications/{case.number}/documents/fetch/",
        {"requirement": requirement, "consent": offered["consent"]["sha256"]},
        content_type="application/json",
        headers={"Idempotency-Key": key} if key else {},
    )
