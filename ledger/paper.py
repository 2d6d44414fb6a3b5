"""Papers as signed PDF: set by Typst with the typefaces beside the receipts, signed by pyHanko.

A key of an operator is a PKCS #12 file with its password; where there is none, one with a
self-signed certificate can be made on first use, and is kept beside the keys of the record.
"""

import logging
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import segno
import typst
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper
    from pyhanko_certvalidator import ValidationContext

FONTS = Path(__file__).parent / "receipts" / "fonts"
#: Archival PDF; it refuses a character that the typefaces do not have, plain PDF draws a box.
ARCHIVAL: Final = "a-3b"
#: "No well-defined expiration" (RFC 5280, 4.1.2.5): what is signed stays valid for ever.
NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


log = logging.getLogger("tongdian.ledger")


@dataclass(frozen=True, slots=True)
class PdfKey:
    """A key and its certificate: a PKCS #12 file, and the password that opens it."""

    path: Path
    password: str = ""


def qr_svg(url: str) -> str:
    """The code that leads to an address, as a picture of a paper."""
    svg = BytesIO()
    segno.make_qr(url, error="m").save(svg, kind="svg", border=0, xmldecl=False)
    return svg.getvalue().decode()


def typeset(
    template: Path, inputs: Mapping[str, str], at: datetime, *, archival: bool = True
) -> bytes:
    """Set a page; the same inputs and instant give the same bytes.

    Args:
        inputs: what the template reads from `sys.inputs`.
        at: what the file says of when it was made, to the second.

    Raises:
        typst.TypstError: `archival`, and a character is in no typeface of ours.
    """
    made = typst.compile(
        template,
        root=template.parent,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs=dict(inputs),
        format="pdf",
        pdf_standards=ARCHIVAL if archival else None,
        timestamp=at.replace(microsecond=0),
    )
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no single file")
    return made


def typeset_anyway(template: Path, inputs: Mapping[str, str], at: datetime) -> bytes:
    """As `typeset`; as plain PDF where a character is in no typeface of ours. What it was is a
    person's word, so it is not logged."""
    try:
        return typeset(template, inputs, at)
    except typst.TypstError as error:
        log.warning("%s was set as plain PDF: %d hints", template.stem, len(error.hints))
        return typeset(template, inputs, at, archival=False)


def in_both_languages(read: Callable[[], Any]) -> Any:
    """What `read` returns, of dicts and lists, with each text as {zh, en}; the English is empty
    where it is the same."""
    sheets = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            sheets.append(read())
    return _paired(*sheets)


def _paired(chinese: Any, english: Any) -> Any:
    if isinstance(chinese, dict):
        return {name: _paired(value, english[name]) for name, value in chinese.items()}
    if isinstance(chinese, list):
        return [_paired(*both) for both in zip(chinese, english, strict=True)]
    return {"zh": chinese, "en": "" if chinese == english else english}


def sign(
    page: bytes,
    key: PdfKey,
    field: str,
    timestamper: "TimeStamper | None" = None,
    trust: "ValidationContext | None" = None,
) -> bytes:
    """PAdES B-B; B-T with a time stamp; B-LTA with whom to trust besides.

    Args:
        field: the name of the signature's field.
        trust: by it the certificates are validated, and what that took is put into the file under a
            stamp of its own, so that it can be validated when they have expired.

    Raises:
        ImproperlyConfigured: the key does not open.
        OSError: its file cannot be read, or no time stamp was got.
        Exception: of pyHanko, where the certificates do not validate.
    """
    # To import it takes a third of the start of every process, and few ever sign.
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
    from pyhanko.sign import signers  # noqa: PLC0415
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter  # noqa: PLC0415

    meta = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        validation_context=trust,
        embed_validation_info=trust is not None,
        use_pades_lta=trust is not None,
    )
    load: Callable[..., signers.SimpleSigner | None] = signers.SimpleSigner.load_pkcs12
    signer = load(str(key.path), passphrase=key.password.encode() or None)
    if signer is None:
        raise ImproperlyConfigured(f"{key.path} holds no key and certificate that open.")
    out = BytesIO()
    signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(page)),
        meta,
        signer=signer,
        timestamper=timestamper,
        output=out,
    )
    return out.getvalue()


def own_key(path: Path, name: str) -> PdfKey:
    """The key in a file of ours, made where there is none yet, with a certificate for `name`."""
    if not path.is_file():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Written whole, readable to us only; of two at the same time the first one counts.
        content = _made(name)
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
    return PdfKey(path)


def ends_at(key: PdfKey) -> datetime | None:
    """When a certificate ends; None where this process cannot read it, or it is not there.

    Raises ValueError for a file that does not open.
    """
    try:
        content = key.path.read_bytes()
    except OSError:
        return None
    found = pkcs12.load_pkcs12(content, key.password.encode() or None).cert
    return found.certificate.not_valid_after_utc if found else None


def _made(common_name: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    usage: dict[str, Any] = dict.fromkeys(USAGES, False) | {
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
        common_name.encode(), key, certificate, None, NoEncryption()
    )
