"""A program that keeps published tables with somebody's token."""

import json
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from accounts.actions import issue_token
from accounts.models import User
from publishing.models import CHECKED
from tests.publishing.builders import second

API = "/api/v1/publish/"
SAID = {"source": "Report 11", "note": "Measured anew"}


class Program:
    """A program with somebody's token, which is told in English."""

    def __init__(self, user: User) -> None:
        self.user = user
        token, _row = issue_token(user=user, life=timedelta(hours=1), second_factor=True)
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    def ask(self, method: str, path: str, body: Any = None, *, key: str = "") -> Any:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        if body is None:
            return Client().generic(method, API + path, headers=headers)
        if any(hasattr(value, "read") for value in body.values()):
            data = encode_multipart(BOUNDARY, body)
            return Client().generic(method, API + path, data, MULTIPART_CONTENT, headers=headers)
        return Client().generic(
            method, API + path, json.dumps(body), "application/json", headers=headers
        )

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def begun(self, path: str, body: Any, *, key: str = "") -> Any:
        answer = self.ask("POST", path, body, key=key)
        assert answer.status_code == 201, answer.content
        return answer.json()

    def upload(self, kind: str, content: str | bytes, **said: Any) -> Any:
        return self.begun(f"{kind}/drafts/", {"file": file(content), **SAID, **said})

    def publish(self, draft: Any, **more: Any) -> Any:
        """The answer to publishing; where the draft must be checked, to offering it if that is
        refused, and to publishing by the other lead."""
        if draft["kind"] in CHECKED:
            offered = self.ask("POST", f"drafts/{draft['id']}/offer/", more)
            if offered.status_code != 200:
                return offered
            more["offer"] = offered.json()["offer"]
            return Program(second(self.user))._published(draft, more)
        return self._published(draft, more)

    def publish_as_seen(self, pk: int) -> Any:
        """The answer to publishing what somebody offered, as it stands now."""
        draft = self.get(f"drafts/{pk}/")
        return self._published(draft, {"offer": draft["offer"]})

    def _published(self, draft: Any, more: Any) -> Any:
        base = {"base": draft["preview"]["base"]}
        return self.ask("POST", f"drafts/{draft['id']}/publish/", base | more)


def file(content: str | bytes, name: str = "table.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def refused(answer: Any) -> tuple[int, list[tuple[str, str]]]:
    errors = answer.json().get("errors", ())
    return answer.status_code, [(error["pointer"], error["reason"]) for error in errors]


def public(kind: str = "capacity") -> list[tuple[Any, ...]]:
    rows = Client().get(f"/api/v1/disclosure/{kind}/").json()["results"]
    return [(row["code"], row["source"], row["publication"]) for row in rows]


def counts(draft: Any) -> tuple[int, ...]:
    told = draft["preview"]["counts"]
    return tuple(told[name] for name in ("added", "changed", "withdrawn", "same"))
