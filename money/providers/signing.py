"""What is signed and sealed as WeChat Pay's API v3 has it: RSA with SHA-256 over lines that each
end with a line feed, and AES-256-GCM with the key that only the merchant and the provider know.

https://pay.weixin.qq.com/doc/v3/merchant/4012365342 (requests), 4013053420 (answers and notices),
4012071382 (sealed values).
"""

import base64
import binascii
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"
SECRET_BYTES: Final = 32
#: A certificate's serial number in hex, or the name of a public key (PUB_KEY_ID_…): a file's name.
SERIAL: Final = re.compile(r"[A-Za-z0-9_]{1,64}", re.ASCII)
CERTIFICATE: Final = b"-----BEGIN CERTIFICATE-----"


def lines(*parts: str | bytes) -> bytes:
    """What is signed of some parts."""
    return b"".join((p if isinstance(p, bytes) else p.encode()) + b"\n" for p in parts)


def signature(key: rsa.RSAPrivateKey, said: bytes) -> str:
    return base64.b64encode(key.sign(said, padding.PKCS1v15(), SHA256())).decode()


def is_signed(key: rsa.RSAPublicKey, said: bytes, by: str) -> bool:
    """Whether `by` is the signature of a key under something, in Base64."""
    try:
        key.verify(base64.b64decode(by, validate=True), said, padding.PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def opened(secret: bytes, *, nonce: str, associated: str, ciphertext: str) -> bytes:
    """What was sealed.

    Raises:
        ValueError: it was not sealed with this key, or is nothing sealed.
    """
    try:
        sealed = base64.b64decode(ciphertext, validate=True)
        return AESGCM(secret).decrypt(nonce.encode(), sealed, associated.encode())
    except (binascii.Error, InvalidTag) as error:
        raise ValueError("not sealed with this key") from error


def private_key(file: Path) -> rsa.RSAPrivateKey:
    """Raises OSError or ValueError where the file cannot be read, or is no RSA key in PEM."""
    key = load_pem_private_key(file.read_bytes(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("no RSA key")  # noqa: TRY004 (what is in a file is a value)
    return key


class PublicKeys:
    """The provider's keys in a folder, each in `<serial>.pem`: a certificate, or a public key.

    A new one holds from the moment its file is there; no process is started anew.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def of(self, serial: str) -> rsa.RSAPublicKey | None:
        """The key of that serial; None where there is none, or its certificate holds not now."""
        if not SERIAL.fullmatch(serial):
            return None
        try:
            pem = (self.folder / f"{serial}.pem").read_bytes()
            key = _certified(pem, serial) if CERTIFICATE in pem else load_pem_public_key(pem)
        except (OSError, ValueError):
            return None
        return key if isinstance(key, rsa.RSAPublicKey) else None


def _certified(pem: bytes, serial: str) -> object:
    """Its key; None of a certificate with another serial, or outside its days."""
    found = x509.load_pem_x509_certificate(pem)
    holds = found.not_valid_before_utc <= datetime.now(UTC) <= found.not_valid_after_utc
    named = f"{found.serial_number:X}" == serial.upper().lstrip("0")
    return found.public_key() if holds and named else None
