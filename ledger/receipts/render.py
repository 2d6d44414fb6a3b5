"""A receipt as one signed PDF/A-3 file: a sheet to read, with the receipt itself attached.

Nothing here asks another host: Typst sets the page with the typefaces beside this file, pyHanko
signs with a key of this installation, and no time stamp is fetched. Nothing is cached: it is
about a person.

The key says who gave the paper; what the paper says is proved by the receipt attached to it. An
operator may put a bought certificate in place (PORTAL_RECEIPT_PDF_PKCS12); else a key and a
self-signed certificate are made on first use, and kept beside the keys of the record.
"""

import json
import logging
import os
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import typst
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ledger import folders

FONTS = Path(__file__).parent / "fonts"
ATTACHED = "receipt.json"
#: Archival PDF; it refuses a character that the typefaces do not have, plain PDF draws a box.
ARCHIVAL: Final = "a-3b"

FILE = "pdf.p12"
FIELD = "Receipt"
NAME = "Tongdian receipts"
#: "No well-defined expiration" (RFC 5280, 4.1.2.5): a receipt stays valid for ever.
NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip

log = logging.getLogger("tongdian.ledger")


def pdf(template: Path, sheet: Mapping[str, Any], receipt: Mapping[str, Any]) -> bytes:
    """The template, in Typst, reads `sheet` and `receipt` (JSON texts) and `attached` (a file name)
    from `sys.inputs`."""
    at = datetime.fromisoformat(receipt["standing"]["as_of"]).replace(microsecond=0)
    inputs = {
        "sheet": json.dumps(sheet, ensure_ascii=False),
        "receipt": as_text(receipt),
        "attached": ATTACHED,
    }
    try:
        page = _set(template, inputs, at)
    except typst.TypstError as error:
        # Free text may hold a character that is in no typeface of ours; its words are in the
        # attached receipt all the same. The text itself is a person's, so it is not logged.
        log.warning("a receipt was set as plain PDF: %d hints", len(error.hints))
        page = _set(template, inputs, at, archival=False)
    return sign(page)


def as_text(receipt: Mapping[str, Any]) -> str:
    return json.dumps(receipt, ensure_ascii=False, indent=1) + "\n"


def _set(template: Path, inputs: dict[str, str], at: datetime, *, archival: bool = True) -> bytes:
    made = typst.compile(
        template,
        root=template.parent,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs=inputs,
        format="pdf",
        pdf_standards=ARCHIVAL if archival else None,
        timestamp=at,
    )
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no single file")
    return made


def sign(page: bytes) -> bytes:
    """PAdES B-B; raises `ImproperlyConfigured` where the operator's certificate does not open."""
    # To import it takes a third of the start of every process, and few ever sign.
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
    from pyhanko.sign import signers  # noqa: PLC0415
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter  # noqa: PLC0415

    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    bought = settings.RECEIPT_PDF_PKCS12
    path = Path(bought) if bought else _own()
    password = settings.RECEIPT_PDF_PKCS12_PASSWORD.encode() if bought else None
    load: Callable[..., signers.SimpleSigner | None] = signers.SimpleSigner.load_pkcs12
    signer = load(str(path), passphrase=password or None)
    if signer is None:
        raise ImproperlyConfigured(f"{path} holds no key and certificate that open.")
    out = BytesIO()
    signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(page)), meta, signer=signer, output=out)
    return out.getvalue()


def _own() -> Path:
    path = folders.private("receipt") / FILE
    if not path.is_file():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Written whole, readable to us only; of two at the same time the first one counts.
        content = _made()
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
    return path


def _made() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    usage = dict.fromkeys(USAGES, False) | {
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
