"""Settings of other people's systems: where each is, and the keys that it knows us by. What is not
set is closed. While `make run` is up, a demonstration's own counterparts say where they are."""

from portal import environment
from portal.places import default_places

_DEMONSTRATION = not environment.text("DATABASE_URL") and environment.flag(
    "PORTAL_DEMONSTRATION", default=True
)


def counterpart(name: str) -> str:
    """The address of a demonstration's counterpart (`tools/counterparts/`); empty without one."""
    said = default_places().counterparts / name
    return said.read_text(encoding="ascii").strip() if _DEMONSTRATION and said.is_file() else ""


# The supply company's seal under contracts, as PKCS #12, and who stamps the time (RFC 3161).
CONTRACT = {
    name: environment.text(f"PORTAL_CONTRACT_{name.upper()}")
    for name in ("pkcs12", "pkcs12_password", "tsa_url")
}

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
