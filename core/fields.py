"""Personal data at rest: AES-GCM per field, and a keyed digest to search by.

A stored value names the key that sealed it, so that keys can be rotated row by row.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

NONCE_BYTES = 12
KEY_ID_CHARS = 8
TOKEN_BYTES = 24


@lru_cache
def _ring(keys: tuple[str, ...]) -> dict[str, bytes]:
    raw = [hashlib.sha256(b"sealed field\0" + key.encode()).digest() for key in keys]
    return {hashlib.sha256(key).hexdigest()[:KEY_ID_CHARS]: key for key in raw}


def seal(text: str, *, purpose: str) -> str:
    """Encrypt a text with the newest key; `purpose` (table.column) is authenticated with it."""
    key_id, key = next(iter(_ring(tuple(settings.FIELD_KEYS)).items()))
    nonce = os.urandom(NONCE_BYTES)
    box = AESGCM(key).encrypt(nonce, text.encode(), purpose.encode())
    return f"{key_id}:{base64.b64encode(nonce + box).decode()}"


def unseal(stored: str, *, purpose: str) -> str:
    """Decrypt what `seal` made.

    Raises:
        InvalidTag: it was changed or belongs to another column.
        KeyError: its key is no longer in the ring.
    """
    key_id, _, body = stored.partition(":")
    raw = base64.b64decode(body)
    box = AESGCM(_ring(tuple(settings.FIELD_KEYS))[key_id])
    return box.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode()).decode()


def text_digest(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal digits: what the record commits to of words."""
    return hashlib.sha256(text.encode()).hexdigest()


def token_digest(token: str) -> str:
    """What is kept of a token or a link's secret, whose random bits are too many to be
    tried."""
    return text_digest(token)


def link_token(ref: object, purpose: str) -> str:
    """What the link to a thing holds: made from its reference with the city's key, so that it can
    be sent again and is kept nowhere."""
    return base64.urlsafe_b64encode(blind_index(str(ref), purpose)[:TOKEN_BYTES]).decode()


def blind_index(value: str, purpose: str) -> bytes:
    """Return the keyed digest by which an encrypted value is found again (equality only)."""
    message = f"{purpose}\0{value}".encode()
    return hmac.new(settings.BLIND_INDEX_KEY.encode(), message, hashlib.sha256).digest()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A text stored sealed; empty text stays empty. It cannot be searched or sorted by."""

    def _purpose(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return seal(text, purpose=self._purpose()) if text else text

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return unseal(value, purpose=self._purpose()) if value else value
