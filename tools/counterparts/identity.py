"""The counterpart of an identity service: an OpenID provider whose people are made up, and their
face check, which is a choice on a page: no camera, and no picture anywhere.

Each first step of a path is an issuer of its own (`/national`, `/provincial`). `POST /behaviour`
says how the next requests for a token are answered: as every counterpart (`server.BEHAVIOURS`), or
with a token that should not be believed: `claims` and `header` are laid over its own, `key` =
`other` signs with a key that is not published, `secret` with HMAC. `state` is another one, as of an
answer to an older question.
"""

import base64
import hashlib
import hmac
import html
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from tools.counterparts import server

#: Nobody: names and numbers are invented, the numbers with a right check digit.
PEOPLE: Final[dict[str, dict[str, Any]]] = {
    # Whom the demonstration's account `resident` is meant to be.
    "wang": {"name": "王小明", "id_number": "510302199003070013", "identity_verified": True},
    "zhou": {"name": "周敏", "id_number": "510304198805170022", "identity_verified": True},
    "aygul": {
        "name": "阿依古丽·买买提",
        "id_number": "510302199107210041",
        "identity_verified": True,
    },
    "shen": {"name": "沈㛃", "id_number": "510311197002280016", "identity_verified": True},
    "unverified": {"name": "何未", "id_number": "510302200001010012", "identity_verified": False},
}
SECRET: Final = "demonstration"  # noqa: S105 (of a demonstration)
LASTS: Final = 300


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def number(value: int) -> str:
    return encoded(value.to_bytes((value.bit_length() + 7) // 8))


@dataclass(frozen=True)
class Wrong:
    """What of an answer is not as it should be."""

    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    state: str = ""


class Counterpart(server.Behaviour):
    """What was asked, by the code that was given for it; and the keys, made when it starts."""

    def __init__(self) -> None:
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        self.kid = secrets.token_hex(4)
        self.asked: dict[str, dict[str, str]] = {}
        super().__init__()

    def behave(self, said: dict[str, Any]) -> None:
        super().behave(said)
        claims, header = dict(said.get("claims", {})), dict(said.get("header", {}))
        self.wrong = Wrong(claims, header, str(said.get("key", "")), str(said.get("state", "")))

    def give_code(self, asked: dict[str, str]) -> str:
        code = secrets.token_urlsafe(16)
        with self.lock:
            self.asked[code] = asked
        return code

    def take_code(self, said: Mapping[str, str]) -> dict[str, str] | None:
        """What the code was given for, once; None where the rest does not fit it."""
        with self.lock:
            asked = self.asked.pop(said.get("code", ""), None)
        digest = hashlib.sha256(said.get("code_verifier", "").encode()).digest()
        if asked is None or asked["code_challenge"] != encoded(digest):
            return None
        return asked if asked["redirect_uri"] == said.get("redirect_uri") else None

    def keys(self) -> dict[str, Any]:
        public, point = (
            self.rsa.public_key().public_numbers(),
            self.ec.public_key().public_numbers(),
        )
        return {
            "keys": [
                {"kty": "RSA", "use": "sig", "kid": f"rsa-{self.kid}", "n": number(public.n),
                 "e": number(public.e)},
                {"kty": "EC", "use": "sig", "kid": f"ec-{self.kid}", "crv": "P-256",
                 "x": encoded(point.x.to_bytes(32)), "y": encoded(point.y.to_bytes(32))},
            ]
        }  # fmt: skip

    def token(self, issuer: str, asked: Mapping[str, str], wrong: Wrong) -> str:
        """The ID Token of who was chosen."""
        now = int(time.time())
        claims = {
            "iss": issuer, "aud": asked["client_id"], "sub": f"sub-{asked['person']}",
            "nonce": asked["nonce"], "iat": now, "exp": now + LASTS,
            **PEOPLE[asked["person"]],
        }  # fmt: skip
        if "acr_values" in asked:
            claims |= {"acr": asked["acr_values"], "auth_time": now}
        claims |= wrong.claims
        header = {"alg": "RS256", "kid": f"rsa-{self.kid}"} | wrong.header
        claims = {name: value for name, value in claims.items() if value is not None}
        signed = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"
        return f"{signed}.{encoded(self._signature(signed.encode(), header['alg'], wrong.key))}"

    def _signature(self, signed: bytes, algorithm: str, key: str) -> bytes:
        if key == "secret":
            return hmac.digest(SECRET.encode(), signed, "sha256")
        if algorithm == "none":
            return b""
        if algorithm == "ES256":
            r, s = decode_dss_signature(self.ec.sign(signed, ec.ECDSA(SHA256())))
            return r.to_bytes(32) + s.to_bytes(32)
        own = self.rsa if key != "other" else rsa.generate_private_key(65537, 2048)
        return own.sign(signed, padding.PKCS1v15(), SHA256())


class Handler(server.Handler):
    counterpart: Counterpart

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        issuer, said = self._issuer(parts.path), dict(parse_qsl(parts.query))
        if parts.path.endswith("/.well-known/openid-configuration"):
            self._public(
                {
                    "issuer": issuer,
                    "authorization_endpoint": f"{issuer}/authorize",
                    "token_endpoint": f"{issuer}/token",
                    "jwks_uri": f"{issuer}/keys",
                }
            )
        elif parts.path.endswith("/keys"):
            self._public(self.counterpart.keys())
        elif parts.path.endswith("/authorize"):
            self.say(200, page(said), "text/html")
        else:
            self.say(
                200, PAGE.substitute(title="身份服务（演示）", text=ABOUT, people=""), "text/html"
            )

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        if path == "/behaviour":
            self.behave(self.counterpart)
        elif path.endswith("/authorize"):
            self._chosen(dict(parse_qsl(self.read().decode())))
        elif path.endswith("/token"):
            self._token(path, dict(parse_qsl(self.read().decode())))
        else:
            self.json(404, {})

    def _issuer(self, path: str) -> str:
        return f"http://{self.headers['Host']}/{path.strip('/').partition('/')[0]}"

    def _public(self, document: dict[str, Any]) -> None:
        """Whoever plays that it is down is so at each address."""
        down = self.counterpart.times > 0 and self.counterpart.mode != "well"
        self.answer(
            self.counterpart, self.counterpart.next_mode() if down else "well", document, {}
        )

    def _chosen(self, said: dict[str, str]) -> None:
        """Back to whoever asked: with a code for the one who was chosen, or with a refusal."""
        wrong = self.counterpart.wrong.state if self.counterpart.times else ""
        found = {"state": wrong or said.get("state", ""), "iss": self._issuer(self.path)}
        if said.get("person") in PEOPLE:
            found["code"] = self.counterpart.give_code(said)
        else:
            found["error"] = "access_denied"
        self.send_response(303)
        self.send_header("Location", f"{said['redirect_uri']}?{urlencode(found)}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _token(self, path: str, said: dict[str, str]) -> None:
        known = base64.b64encode(f"tongdian:{SECRET}".encode()).decode()
        asked = self.counterpart.take_code(said)
        if self.headers["Authorization"] != f"Basic {known}" or asked is None:
            self.json(400, {"error": "invalid_grant"})
            return
        wrong = self.counterpart.wrong if self.counterpart.times else Wrong()
        mode = self.counterpart.next_mode()
        token = self.counterpart.token(self._issuer(path), asked, wrong)
        answer = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer"}
        self.answer(self.counterpart, mode, {**answer, "id_token": token}, {})


PAGE: Final = Template((Path(__file__).with_suffix(".html")).read_text(encoding="utf-8"))
ABOUT: Final = (
    "这里扮演国家和省级的身份认证服务，供演示和测试使用。This plays the identity services."
)
CHOICE: Final = '<button name="person" value="{0}">{1}<small>{2}</small></button>'


def page(said: Mapping[str, str]) -> str:
    """Who it shall be; for a face check, whose face it shall be."""
    fields = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in said.items()
    )
    choices = "".join(
        CHOICE.format(
            code, html.escape(each["name"]), "" if each["identity_verified"] else "（未实名）"
        )
        for code, each in PEOPLE.items()
    )
    face = "acr_values" in said
    return PAGE.substitute(
        title="刷脸认证（演示）" if face else "登录（演示）",
        text="没有摄像头，也没有照片：请选择由谁来“刷脸”。No camera: choose whose face it is."
        if face
        else "请选择以谁的身份登录。Choose who you are.",
        people=f'<form method="post">{fields}{choices}'
        '<button name="person" value="">取消 Cancel</button></form>',
    )


def serving(port: int, _file: Path) -> ThreadingHTTPServer:
    """It keeps nothing: who comes back after it was started anew is somebody new to nobody."""
    return server.on_loopback(port, Handler, counterpart=Counterpart())
