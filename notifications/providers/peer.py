"""Plain HTTP with JSON to a provider, and what it means where there is no answer."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, Final

from notifications.providers.interface import Answer, Outcome

MOST_BYTES: Final = 65536


class _Nowhere(urllib.request.HTTPRedirectHandler):
    """It goes to the operator's address and is led nowhere else."""

    def redirect_request(self, *_args: Any) -> None:
        return None


# No proxy: whoever sets the address says how it is reached.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Nowhere)


class Peer:
    """Args: `wait` is seconds for an answer."""

    def __init__(self, address: str, *, wait: int) -> None:
        self.address, self.wait = address.rstrip("/"), wait

    def ask(
        self, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> "tuple[int, Any] | Answer":
        """Status and body (None where it is no JSON), or what it means that there are none."""
        request = urllib.request.Request(  # noqa: S310 (the operator's own http address)
            self.address + path,
            data=body,
            headers={"Content-Type": "application/json", **(headers or {})},
        )
        try:
            with _opener.open(request, timeout=self.wait) as answer:
                return answer.status, _read(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _read(error)
        except urllib.error.URLError as error:
            if isinstance(error.reason, ConnectionRefusedError):
                return Answer(Outcome.NOT_NOW, reason="unreachable")
            return Answer(Outcome.UNKNOWN, reason="no_answer")
        except (OSError, http.client.HTTPException):
            return Answer(Outcome.UNKNOWN, reason="no_answer")


def _read(answer: Any) -> Any:
    try:
        return json.loads(answer.read(MOST_BYTES))
    except ValueError:
        return None
