"""A program at the API: it knows addresses and the contract, nothing of the code behind them."""

import dataclasses
import json
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any, Self

from tools.scenarios import PASSWORD

TIMEOUT = 30


class Unexpected(Exception):
    """The first thing that was not as the rules say."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str]


@dataclass
class Client:
    """Signs in once, sends an idempotency key with every unsafe request."""

    base_url: str
    username: str = ""
    token: str = field(default="", repr=False)

    def signed_in(self, username: str) -> Self:
        body = {"username": username, "password": PASSWORD}
        answer = self.expect(201, "POST", "/tokens/", body)
        return dataclasses.replace(self, username=username, token=answer["token"])

    def send(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None
    ) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        return self._send(
            method, path, data, {"Content-Type": "application/json", **(headers or {})}
        )

    def upload(
        self,
        path: str,
        requirement: str,
        content: bytes,
        *,
        name: str = "document.pdf",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        edge = uuid.uuid4().hex
        lines = [
            f"--{edge}",
            'Content-Disposition: form-data; name="requirement"',
            "",
            requirement,
            f"--{edge}",
            f'Content-Disposition: form-data; name="file"; filename="{name}"',
            "Content-Type: application/octet-stream",
            "",
            "",
        ]
        data = "\r\n".join(lines).encode() + content + f"\r\n--{edge}--\r\n".encode()
        kind = f"multipart/form-data; boundary={edge}"
        return self._send("POST", path, data, {"Content-Type": kind, **(headers or {})})

    def post(self, path: str, data: bytes, headers: dict[str, str]) -> Answer:
        """Send a body as it is."""
        return self._send("POST", path, data, headers)

    def _send(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Answer:
        url = f"{self.base_url.rstrip('/')}/api/v1{path}"
        request = urllib.request.Request(url, data=data, method=method, headers=headers)  # noqa: S310
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        if method != "GET" and "Idempotency-Key" not in headers:
            request.add_header("Idempotency-Key", uuid.uuid4().hex)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310
                return _answer(response.status, response.read(), dict(response.headers))
        except urllib.error.HTTPError as error:
            return _answer(error.code, error.read(), dict(error.headers))
        except urllib.error.URLError as error:
            raise Unexpected(f"No portal answers at {self.base_url}: {error.reason}") from error

    def expect(self, status: int, method: str, path: str, body: Any = None) -> Any:
        """The body of an answer with this status; any other is Unexpected."""
        answer = self.send(method, path, body)
        if answer.status != status:
            who = self.username or "nobody"
            raise Unexpected(
                f"{who}: {method} {path} gave {answer.status}, {status} expected: {answer.body}"
            )
        return answer.body


def _answer(status: int, raw: bytes, headers: dict[str, str]) -> Answer:
    try:
        return Answer(status, json.loads(raw) if raw else None, headers)
    except ValueError:
        return Answer(status, raw[:200].decode(errors="replace"), headers)
