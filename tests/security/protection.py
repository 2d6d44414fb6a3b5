"""The headers by which every answer is protected, errors included."""

from typing import Any

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = {
    "default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'",
    "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
}  # fmt: skip
#: Files that a person hands in are given out under a policy of their own, stricter still.
SANDBOX = "default-src 'none'; sandbox"


def lacking(answer: Any) -> list[str]:
    """What an answer should say and does not."""
    found = [name for name, value in HEADERS.items() if answer.get(name) != value]
    policy = answer.get("Content-Security-Policy", "")
    loose = "unsafe" in policy or "*" in policy or not set(policy.split("; ")) >= POLICY
    return [*found, *(["Content-Security-Policy"] if loose and policy != SANDBOX else [])]
