"""How a counterpart tells the portal something: signed, as Standard Webhooks has it."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from core.webhooks import signed_headers

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def signed_by(secret: str, event_id: str, body: str) -> dict[str, str]:
    """The headers of an event of now."""
    return signed_headers([secret], event_id, int(time.time()), body.encode())


def tell(address: str, secret: str, event_id: str, body: str) -> Any:
    """What the portal answers; None where it refuses, or does not."""
    status, answer = post(address, signed_by(secret, event_id, body), body)
    return answer if status == HTTPStatus.OK else None


def post(address: str, headers: Mapping[str, str], body: str) -> tuple[int, Any]:
    """Status and answer of the portal; 0 and None where it does not answer."""
    request = urllib.request.Request(  # noqa: S310 (the portal's own address)
        address, data=body.encode(), headers={"Content-Type": "application/json", **headers}
    )
    try:
        with _opener.open(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())
    except (OSError, ValueError):
        return 0, None
