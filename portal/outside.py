"""Settings of other people's systems: where each is, and the keys that it knows us by. What is not
set is closed. While `make run` is up, a demonstration's own counterparts say where they are."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from core.webhooks import key_of
from portal import environment
from portal.places import default_places

_DEMONSTRATION = not environment.text("DATABASE_URL") and environment.flag(
    "PORTAL_DEMONSTRATION", default=True
)


def counterpart(name: str) -> str:
    """The address of a demonstration's counterpart (`tools/counterparts/`); empty without one."""
    said = default_places().counterparts / name
    return said.read_text(encoding="ascii").strip() if _DEMONSTRATION and said.is_file() else ""


# The supply company's seal under contracts, as PKCS #12; who stamps the time (RFC 3161); a PEM file
# of those who have issued both certificates, for validation after they have expired.
CONTRACT = {
    name: environment.text(f"PORTAL_CONTRACT_{name.upper()}")
    for name in ("pkcs12", "pkcs12_password", "tsa_url", "trust")
}

# The same under permits.
PERMIT = {
    name: environment.text(f"PORTAL_PERMIT_{name.upper()}")
    for name in ("pkcs12", "pkcs12_password", "tsa_url", "trust")
}

# The licence library (docs/licence-library.md): where it is asked, and the token it knows us by.
LICENCES_URL = environment.text("PORTAL_LICENCES_URL") or counterpart("licences")
LICENCES_TOKEN = environment.text("PORTAL_LICENCES_TOKEN")


def webhook_secrets(name: str) -> list[str]:
    """The secrets that a variable names, the newest first."""
    secrets = _listed(name)
    if not all(map(is_secret, secrets)):
        raise ImproperlyConfigured(
            f"{name} names no secrets: each is whsec_ and 24 to 64 bytes in Base64."
        )
    return secrets


def is_secret(text: str) -> bool:
    try:
        key_of(text)
    except ValueError:
        return False
    return True


def _listed(name: str) -> list[str]:
    return [one.strip() for one in environment.text(name).split(",") if one.strip()]


def secrets_by_system(name: str) -> dict[str, list[str]]:
    """The secrets that a variable names as `<system>=<secret>`, of a system one or several."""
    found: dict[str, list[str]] = {}
    for one in _listed(name):
        # A secret may end in signs of equality itself.
        system, _equals, secret = one.partition("=")
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,19}", system) or not is_secret(secret):
            raise ImproperlyConfigured(
                f"{name} names no systems with their secrets: each is a code of small letters, "
                "figures and hyphens, an equals sign, and whsec_ with 24 to 64 bytes in Base64."
            )
        found.setdefault(system, []).append(secret)
    return found


# The monitoring systems of the grid (docs/monitoring.md), and the secrets with which each signs
# what it tells us.
MONITORING_SECRETS = secrets_by_system("PORTAL_MONITORING_SECRETS")
if not MONITORING_SECRETS and counterpart("monitoring"):
    # As tools/counterparts/monitoring.py has them: no secrets, but for a demonstration.
    MONITORING_SECRETS = {
        code: ["whsec_Z3JpZC1vZi1hLWRlbW9uc3RyYXRpb24tX19fX18="] for code in ("scada", "ami")
    }

# The supply chain's system (docs/supply-chain.md): where materials and meters are ordered, the
# secrets with which we sign, and those with which it signs what it tells us.
SUPPLY_CHAIN_URL = environment.text("PORTAL_SUPPLY_CHAIN_URL")
SUPPLY_CHAIN_SECRETS = webhook_secrets("PORTAL_SUPPLY_CHAIN_SECRETS")
SUPPLY_CHAIN_EVENT_SECRETS = webhook_secrets("PORTAL_SUPPLY_CHAIN_EVENT_SECRETS")
if SUPPLY_CHAIN_URL and not (SUPPLY_CHAIN_SECRETS and SUPPLY_CHAIN_EVENT_SECRETS):
    raise ImproperlyConfigured(
        "PORTAL_SUPPLY_CHAIN_URL needs PORTAL_SUPPLY_CHAIN_SECRETS and "
        "PORTAL_SUPPLY_CHAIN_EVENT_SECRETS."
    )
if not SUPPLY_CHAIN_URL and (SUPPLY_CHAIN_URL := counterpart("supply_chain")):
    # As tools/counterparts/supply_chain.py has them: no secrets, but for a demonstration.
    SUPPLY_CHAIN_SECRETS = ["whsec_b3JkZXJzLW9mLWEtZGVtb25zdHJhdGlvbi5fX19f"]
    SUPPLY_CHAIN_EVENT_SECRETS = ["whsec_ZXZlbnRzLW9mLWEtZGVtb25zdHJhdGlvbi5fX19f"]

# Over whom charges are paid online (docs/payments.md): `wechat`. Empty: paying online is closed. Of
# WeChat Pay: our app and merchant there, the serial and file of our private key, the key of API v3,
# and the folder of the provider's own keys, each in <serial>.pem.
PAYMENTS_PROVIDER = environment.text("PORTAL_PAYMENTS")
WECHAT = {
    "url": environment.text("PORTAL_WECHAT_URL", "https://api.mch.weixin.qq.com"),
    **{
        name: environment.text(f"PORTAL_WECHAT_{name.upper()}")
        for name in ("app", "merchant", "serial", "key", "secret", "keys")
    },
}


def played_payments(address: str, keys: Path) -> dict[str, str]:
    """WeChat Pay as a counterpart (`tools/counterparts/payments.py`) plays it at an address, with
    the keys that it has made in a folder."""
    return {
        "url": address,
        "app": "wx0000000000000000",
        "merchant": "1900000001",
        "serial": "MERCHANT",
        "key": str(keys / "MERCHANT.key"),
        "secret": "of-a-demonstration-and-no-secret",
        "keys": str(keys),
    }


if not PAYMENTS_PROVIDER and (_payments_at := counterpart("payments")):
    PAYMENTS_PROVIDER = "wechat"
    WECHAT = played_payments(_payments_at, default_places().var / "counterpart-payments")

# The scanner of files (docs/files.md): clamd at tcp://HOST:PORT or unix:///PATH. Empty: none.
SCANNER_URL = environment.text("PORTAL_SCANNER") or counterpart("clamd")

# The keys of S3-compatible storage, where STORAGE_URL names one (docs/files.md).
S3_KEYS = {
    "access_key": environment.text("PORTAL_S3_KEY_ID"),
    "secret_key": environment.text("PORTAL_S3_KEY_SECRET"),
}

# --- Messages to phones and mailboxes (docs/messages.md) ---------------------------------------

# Who carries them: `aliyun`, `tencent` or `counterpart`; `smtp` or `counterpart`. Empty: closed.
COUNTERPART_URL = environment.text("PORTAL_COUNTERPART_URL") or counterpart("messages")
COUNTERPART_DEDUPLICATES = environment.flag("PORTAL_COUNTERPART_DEDUPLICATES", default=True)
_carrier = "counterpart" if COUNTERPART_URL and _DEMONSTRATION else ""
SMS_PROVIDER = environment.text("PORTAL_SMS", _carrier)
SMS_KEY_ID = environment.text("PORTAL_SMS_KEY_ID")
SMS_KEY_SECRET = environment.text("PORTAL_SMS_KEY_SECRET")
SMS_APP = environment.text("PORTAL_SMS_APP")
SMS_REGION = environment.text("PORTAL_SMS_REGION", "ap-guangzhou")
SMS_ENDPOINT = environment.text("PORTAL_SMS_ENDPOINT")
SMS_PROTOCOL = environment.text("PORTAL_SMS_PROTOCOL", "https")
SMS_TEMPLATES = environment.text("PORTAL_SMS_TEMPLATES")
EMAIL_PROVIDER = environment.text("PORTAL_EMAIL", _carrier)
EMAIL_HOST = environment.text("PORTAL_EMAIL_HOST", "localhost")
EMAIL_PORT = environment.count("PORTAL_EMAIL_PORT", default=587)
EMAIL_HOST_USER = environment.text("PORTAL_EMAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("PORTAL_EMAIL_PASSWORD")
EMAIL_USE_TLS = environment.flag("PORTAL_EMAIL_TLS", default=True)
DEFAULT_FROM_EMAIL = environment.text("PORTAL_EMAIL_FROM", "noreply@localhost")

# The hosts at which other people's systems are told of outages (docs/following.md), each with its
# port where that is not the usual one. Empty: none is.
WEBHOOK_HOSTS = environment.words("PORTAL_WEBHOOK_HOSTS")

# Whether quiet hours are kept (rules/cities/*/delivery.toml).
QUIET_HOURS = environment.flag("PORTAL_QUIET_HOURS", default=True)

# WeChat: `subscription` (a mini program) or `template` (an official account); empty: closed. The
# account there, its secret, and the file of the templates that it has approved.
WECHAT_PROVIDER = environment.text("PORTAL_WECHAT_MESSAGES")
WECHAT_MESSAGES = {
    "url": environment.text("PORTAL_WECHAT_MESSAGES_URL", "https://api.weixin.qq.com"),
    **{
        name: environment.text(f"PORTAL_WECHAT_MESSAGES_{name.upper()}")
        for name in ("app", "secret", "templates")
    },
}
# The gateway of the company's app: where it is, and the secrets with which we sign.
APP_URL = environment.text("PORTAL_APP_URL")
APP_SECRETS = webhook_secrets("PORTAL_APP_SECRETS")
# By channel, the secrets with which others sign what they tell us of it: bindings, receipts.
CHANNEL_SECRETS = {
    channel: webhook_secrets(f"PORTAL_{channel.upper()}_EVENT_SECRETS")
    for channel in ("sms", "email", "wechat", "app")
}
if APP_URL and not APP_SECRETS:
    raise ImproperlyConfigured("PORTAL_APP_URL needs PORTAL_APP_SECRETS.")


def played_wechat(address: str) -> dict[str, str]:
    """WeChat as a counterpart (`tools/counterparts/wechat.py`) plays it at an address."""
    templates = Path(__file__).parent.parent / "tools" / "counterparts" / "wechat.json"
    played = {"app": "wx0000000000000001", "secret": "demonstration"}
    return {"url": address, "templates": str(templates), **played}


# As tools/counterparts/gateway.py has them: no secrets, but for a demonstration.
_PLAYED_APP = ["whsec_YXBwLW9mLWEtZGVtb25zdHJhdGlvbi5fX19f"]
_PLAYED_EVENTS = ["whsec_cGhvbmVzLW9mLWEtZGVtb25zdHJhdGlvbi5fX19f"]
if not WECHAT_PROVIDER and (_wechat_at := counterpart("wechat")):
    WECHAT_PROVIDER, WECHAT_MESSAGES = "subscription", played_wechat(_wechat_at)
    CHANNEL_SECRETS["wechat"] = _PLAYED_EVENTS
if not APP_URL and (APP_URL := counterpart("app")):
    APP_SECRETS, CHANNEL_SECRETS["app"] = _PLAYED_APP, _PLAYED_EVENTS

# --- Identity services: signing in by OpenID Connect, face check (docs/identity.md) ------------

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
# What a service calls things, where nothing else is said (accounts/oidc/services.py).
_IDENTITY_USUAL = {
    "scope": "openid", "name_claim": "name", "number_claim": "id_number",
    "verified_claim": "identity_verified", "face_acr": "",
}  # fmt: skip


def identity_service(code: str) -> dict[str, Any]:
    """What PORTAL_IDENTITY_<CODE>_… say of a service, by the names of accounts.oidc.services."""

    def said(name: str, default: str = "") -> str:
        return environment.text(f"PORTAL_IDENTITY_{code.upper()}_{name.upper()}", default)

    if not re.fullmatch(r"[a-z][a-z0-9]{0,39}", code):
        raise ImproperlyConfigured(
            f"PORTAL_IDENTITY names {code!r}: use small letters and figures, a letter first."
        )
    needed = {name: said(name) for name in ("issuer", "client_id", "client_secret")}
    names = {"zh": said("name_zh"), "en": said("name_en")}
    for name, value in {**needed, "name_zh": names["zh"], "name_en": names["en"]}.items():
        if not value:
            raise ImproperlyConfigured(f"PORTAL_IDENTITY_{code.upper()}_{name.upper()} is not set.")
    issuer = urlsplit(needed["issuer"])
    if issuer.scheme != "https" and issuer.hostname not in _LOOPBACK:
        raise ImproperlyConfigured(f"PORTAL_IDENTITY_{code.upper()}_ISSUER must begin with https.")
    usual = {name: said(name, value) for name, value in _IDENTITY_USUAL.items()}
    return {"code": code, "name": names, **needed, **usual}


def played_identity_services(address: str) -> list[dict[str, Any]]:
    """Those that a counterpart (`tools/counterparts/identity.py`) plays at an address."""
    known = {**_IDENTITY_USUAL, "client_id": "tongdian", "client_secret": "demonstration"}
    national = {"zh": "国家政务服务平台（演示）", "en": "National service platform (demonstration)"}
    provincial = {"zh": "天府通办（演示）", "en": "Tianfu Tongban (demonstration)"}
    return [
        {
            **known, "code": "national", "name": national, "issuer": f"{address}/national",
            "face_acr": "face",
        },
        {**known, "code": "provincial", "name": provincial, "issuer": f"{address}/provincial"},
    ]  # fmt: skip


_identity_at = counterpart("identity")
IDENTITY_SERVICES = [identity_service(code) for code in environment.words("PORTAL_IDENTITY")] or (
    played_identity_services(_identity_at) if _identity_at else []
)
# Seconds that a service has for an answer, and how many threads of a process may wait for one.
IDENTITY_WAIT = environment.count("PORTAL_IDENTITY_WAIT", default=5)
IDENTITY_AT_WORK = 4
