"""The signature of a receipt's PDF, and the key it is made with.

The key says who gave the paper; what the paper says is proved by the receipt attached to it. An
operator may put a bought certificate in place (PORTAL_RECEIPT_PDF_PKCS12); else a key and a
self-signed certificate are made on first use, and kept beside the keys of the record.
"""

import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

from ledger import folders

FILE = "pdf.p12"
FIELD = "Receipt"
NAME = "Tongdian receipts"
#: "No well-defined expiration" (RFC 5280, 4.1.2.5): a receipt stays valid for ever.
NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def sign(pdf: bytes) -> bytes:
    """Return a PDF with a certifying signature (PAdES B-B) over the whole of it.

    Raises:
        ImproperlyConfigured: the operator's certificate cannot be read.
    """
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    signer, out = _signer(), BytesIO()
    signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), meta, signer=signer, output=out)
    return out.getvalue()


def _signer() -> signers.SimpleSigner:
    bought = settings.RECEIPT_PDF_PKCS12
    path = Path(bought) if bought else _own()
    password = settings.RECEIPT_PDF_PKCS12_PASSWORD.encode() if bought else None
    load: Callable[..., signers.SimpleSigner | None] = signers.SimpleSigner.load_pkcs12
    signer = load(str(path), passphrase=password or None)
    if signer is None:
        raise ImproperlyConfigured(f"{path} holds no key and certificate that open.")
    return signer


def _own() -> Path:
    """Return the file with our own key, made now where there is none."""
    path = folders.private("receipt") / FILE
    if not path.is_file():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _keep(path, _made())
    return path


def _keep(path: Path, content: bytes) -> None:
    """Write a file whole, readable to us only; of two at the same time the first one counts."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _made() -> bytes:
    """Return a new key with its self-signed certificate, as PKCS #12."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    usage = dict.fromkeys(_USAGES, False) | {
        "digital_signature": True,
        "content_commitment": True,
    }
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC))
        .not_valid_after(NEVER)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        NAME.encode(), key, certificate, None, NoEncryption()
    )


_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
