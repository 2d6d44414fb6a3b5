"""ID Tokens (OpenID Connect Core 2 and 3.1.3.7): signed by the service, for us, now."""

import base64
import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from accounts.oidc.services import Service

Claims = Mapping[str, Any]
#: Seconds by which the clocks of two systems may differ.
CLOCKS_APART: Final = 60
#: NIST SP 800-131A allows no shorter ones.
RSA_BITS: Final = 2048
#: Bytes of each of the two numbers of a signature by P-256 (RFC 7518, 3.4).
P256_BYTES: Final = 32


class Untrusted(Exception):
    """What came is not the service's answer to our question. Its words are for the log alone."""


class UnknownKey(Untrusted):
    """The service may have a newer key than those that are known."""


def signed_claims(token: str, keys: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What a token says, once one of the service's keys (RFC 7517) has proved its signature.

    Which algorithm it is decides which kind of key can be one, so none is taken for another.

    Raises:
        UnknownKey: it names a key that is not among them.
        Untrusted: it is no token, its algorithm is neither RS256 nor ES256, or it was changed.
    """
    try:
        head, body, end = token.split(".")
        header, claims, signature = json.loads(_bytes(head)), json.loads(_bytes(body)), _bytes(end)
        algorithm, name = header.get("alg"), header.get("kid")
    except (AttributeError, ValueError, RecursionError) as error:
        raise Untrusted("no token") from error
    if algorithm not in ALGORITHMS or "crit" in header or not isinstance(claims, dict):
        raise Untrusted("an algorithm or a form that is not taken")
    named = [key for key in keys if name is None or key.get("kid") == name]
    if len(named) != 1:
        raise UnknownKey("its key is not known")
    try:
        ALGORITHMS[algorithm](named[0], f"{head}.{body}".encode(), signature)
    except (InvalidSignature, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Untrusted("its signature is not that of its key") from error
    return claims


def _rs256(key: Mapping[str, Any], signed: bytes, signature: bytes) -> None:
    if key["kty"] != "RSA":
        raise ValueError("no RSA key")
    public = rsa.RSAPublicNumbers(_number(key["e"]), _number(key["n"])).public_key()
    if public.key_size < RSA_BITS:
        raise ValueError("a short key")
    public.verify(signature, signed, padding.PKCS1v15(), SHA256())


def _es256(key: Mapping[str, Any], signed: bytes, signature: bytes) -> None:
    if (key["kty"], key["crv"]) != ("EC", "P-256") or len(signature) != 2 * P256_BYTES:
        raise ValueError("no key or signature of P-256")
    numbers = ec.EllipticCurvePublicNumbers(_number(key["x"]), _number(key["y"]), ec.SECP256R1())
    r, s = (int.from_bytes(half) for half in (signature[:P256_BYTES], signature[P256_BYTES:]))
    numbers.public_key().verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))


ALGORITHMS: Final[dict[Any, Callable[[Mapping[str, Any], bytes, bytes], None]]] = {
    "RS256": _rs256,
    "ES256": _es256,
}


def _bytes(text: str) -> bytes:
    """Raises ValueError at what is not base64url (RFC 7515, 2)."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _number(text: str) -> int:
    return int.from_bytes(_bytes(text))


def check(claims: Claims, service: Service, *, nonce: str, asked_at: float, now: float) -> None:
    """Whether a service says it to us, of this question, and now.

    Args:
        asked_at, now: seconds since 1970.

    Raises:
        Untrusted: something of it is not so.
    """
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    subject, until, made_at = claims.get("sub"), _time(claims.get("exp")), _time(claims.get("iat"))
    conditions = {
        "iss": claims.get("iss") == service.issuer,
        "aud": service.client_id in audiences,
        "azp": claims.get("azp", service.client_id) == service.client_id
        and (len(audiences) == 1 or "azp" in claims),
        "nonce": claims.get("nonce") == nonce,
        "sub": isinstance(subject, str) and 0 < len(subject) <= 255,
        "exp": until > now - CLOCKS_APART,
        "iat": asked_at - CLOCKS_APART <= made_at <= now + CLOCKS_APART,
    }
    _all_hold(conditions)


def check_face(claims: Claims, service: Service, *, asked_at: float) -> None:
    """Whether a face was checked, after we asked for it; for the rest see `check`."""
    checked_at = _time(claims.get("auth_time"))
    _all_hold(
        {
            "acr": claims.get("acr") == service.face_acr,
            "auth_time": checked_at >= asked_at - CLOCKS_APART,
        }
    )


def _time(value: Any) -> float:
    """Seconds since 1970; for what is no number one that is neither before nor after anything."""
    return float(value) if type(value) in (int, float) else math.nan


def _all_hold(conditions: Mapping[str, bool]) -> None:
    wrong = [name for name, holds in conditions.items() if not holds]
    if wrong:
        raise Untrusted(f"wrong: {', '.join(wrong)}")
