"""Messages between systems, signed as Standard Webhooks has it (standardwebhooks.com): HMAC-SHA256
over id, time and body. A message may bear the signatures of several secrets, while one of them
takes the place of another."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Final

PREFIX: Final = "whsec_"
VERSION: Final = "v1"
#: Bytes of a key, after the specification.
SHORTEST, LONGEST = 24, 64
ID_MAX: Final = 100


def key_of(secret: str) -> bytes:
    """The key in a secret.

    Raises:
        ValueError: it is not `whsec_` and 24 to 64 bytes in Base64.
    """
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise ValueError
    return key


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    said = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key_of(secret), said, hashlib.sha256).digest()
    return f"{VERSION},{base64.b64encode(digest).decode()}"


def signed_headers(
    secrets: Iterable[str], message_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """The headers of a message, with a signature by each of the secrets.

    Args:
        message_id: the same at every try.
        timestamp: of this try, in seconds since 1970.
    """
    signatures = [signature(secret, message_id, timestamp, body) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def is_signed(
    secrets: Iterable[str], headers: Mapping[str, str], body: bytes, *, now: float, tolerance: int
) -> bool:
    """Whether one of the secrets has signed a message, at most so many seconds before or after."""
    message_id, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not 0 < len(message_id) <= ID_MAX or "." in message_id:
        return False
    if not (at.isascii() and at.isdigit()) or abs(now - int(at[:ID_MAX])) > tolerance:
        return False
    said = [one.encode() for one in headers.get("webhook-signature", "").split()]
    wanted = [signature(secret, message_id, int(at), body).encode() for secret in secrets]
    return any(hmac.compare_digest(one, each) for one in said for each in wanted)
