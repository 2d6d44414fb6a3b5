"""Reading a signed PDF: its signature, and the receipt inside it."""

from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext


def signature_of(pdf: bytes) -> PdfSignatureStatus:
    """What pyHanko finds of the one signature, its own certificate taken for good."""
    [signature] = PdfFileReader(BytesIO(pdf)).embedded_signatures
    trusted = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    status: PdfSignatureStatus = validate_pdf_signature(
        signature, signer_validation_context=trusted
    )
    return status


def signer_of(pdf: bytes) -> str:
    """The name in the certificate that a PDF is signed with."""
    [signature] = PdfFileReader(BytesIO(pdf)).embedded_signatures
    return str(signature.signer_cert.subject.human_friendly)


def attached(pdf: bytes) -> dict[str, bytes]:
    """The files inside a PDF, by their names."""
    root: Any = PdfFileReader(BytesIO(pdf)).root
    names = list(root["/Names"]["/EmbeddedFiles"]["/Names"])
    pairs = zip(names[::2], names[1::2], strict=True)
    return {str(name): file.get_object()["/EF"]["/F"].data for name, file in pairs}
