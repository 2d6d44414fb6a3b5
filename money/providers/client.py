"""Asking WeChat Pay: every request is signed, and every answer is believed only where it is."""

import http.client
import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import rsa

from money.providers import signing
from money.providers.interface import Outcome
from rules.limits import PaymentLimits

MOST_BYTES: Final = 65536


class _Nowhere(urllib.request.HTTPRedirectHandler):
    """What is signed for one address is led to no other."""

    def redirect_request(self, *_args: Any) -> None:
        return None


# No proxy: whoever sets the address says how it is reached.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Nowhere)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request; `said` only where it is signed, or was asked for unsigned.

    Attributes:
        said: the provider's own code of what it refuses, or what kept us from its answer.
    """

    outcome: Outcome
    body: bytes = b""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """Ours at the provider: `merchant` with the `key` of that `serial`; `keys` are the provider's
    own."""

    address: str
    merchant: str
    serial: str
    key: rsa.RSAPrivateKey
    keys: signing.PublicKeys
    allowed: PaymentLimits

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        signed: bool = True,
        most: int = MOST_BYTES,
    ) -> Answer:
        """Args:
        path: with what is asked in it, as it is signed.
        signed: whether the answer bears a signature.
        most: bytes of an answer.
        """
        raw = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        request = urllib.request.Request(  # noqa: S310 (the operator's own http address)
            self.address + path,
            data=raw if body is not None else None,
            method=method,
            headers={
                "Content-Type": "application/json",
                "Accept": "application/json",
                "User-Agent": "tongdian",
                "Authorization": self._authorization(method, path, raw),
            },
        )
        try:
            with _opener.open(request, timeout=self.allowed.wait) as answer:
                return self._believed(answer, most, signed=signed)
        except urllib.error.HTTPError as error:
            with error:
                return self._refused(error)
        except urllib.error.URLError as error:
            if isinstance(error.reason, ConnectionRefusedError):
                return Answer(Outcome.NOT_NOW, said="unreachable")
            return Answer(Outcome.UNKNOWN, said="no answer")
        except (OSError, http.client.HTTPException):
            return Answer(Outcome.UNKNOWN, said="no answer")

    def _authorization(self, method: str, path: str, body: bytes) -> str:
        at, nonce = str(int(time.time())), secrets.token_hex(16)
        signed = signing.signature(self.key, signing.lines(method, path, at, nonce, body))
        values = {
            "mchid": self.merchant,
            "nonce_str": nonce,
            "signature": signed,
            "timestamp": at,
            "serial_no": self.serial,
        }
        said = ",".join(f'{name}="{value}"' for name, value in values.items())
        return f"{signing.SCHEME} {said}"

    def _believed(self, answer: Any, most: int, *, signed: bool) -> Answer:
        body = answer.read(most + 1)
        if len(body) > most:
            return Answer(Outcome.UNKNOWN, said="too large")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if signed and not self.is_signed(headers, body, time.time()):
            return Answer(Outcome.UNKNOWN, said="unsigned")
        return Answer(Outcome.TAKEN, body)

    def _refused(self, error: urllib.error.HTTPError) -> Answer:
        """A refusal that nobody has signed is one only where our own signature is refused: who
        cannot tell that we ask signs nothing."""
        try:
            answer = self._believed(error, MOST_BYTES, signed=True)
        except (OSError, http.client.HTTPException):
            return Answer(Outcome.UNKNOWN, said="no answer")
        if answer.outcome != Outcome.TAKEN:
            refused = error.code == http.client.UNAUTHORIZED
            return Answer(Outcome.NOT_NOW, said="http 401") if refused else answer
        said = str(read(answer.body).get("code", ""))[:60] or f"http {error.code}"
        if error.code == http.client.TOO_MANY_REQUESTS:
            return Answer(Outcome.NOT_NOW, said=said)
        final = 400 <= error.code < 500
        return Answer(Outcome.REFUSED if final else Outcome.UNKNOWN, said=said)

    def is_signed(self, headers: Mapping[str, str], body: bytes, now: float) -> bool:
        """By the key that the message names, and of a time that is neither too old nor to come."""
        at, nonce = headers.get("wechatpay-timestamp", ""), headers.get("wechatpay-nonce", "")
        if not (at.isascii() and at.isdigit() and len(at) <= 12 and nonce):
            return False
        if not -self.allowed.ahead <= now - int(at) <= self.allowed.tolerance:
            return False
        key = self.keys.of(headers.get("wechatpay-serial", ""))
        by = headers.get("wechatpay-signature", "")
        return key is not None and signing.is_signed(key, signing.lines(at, nonce, body), by)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a name stands twice")
    return values


def _no_number(said: str) -> None:
    raise ValueError(said)


def read(body: bytes) -> dict[str, Any]:
    """The object in some JSON; empty where it is none."""
    try:
        said = json.loads(body, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
