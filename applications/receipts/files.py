"""The receipt as files: JSON for programs, and a signed PDF in both languages that holds it."""

import logging
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy

from applications.receipts.sheet import Reading, sheet
from core.problems import Problem
from ledger.receipts import assemble
from ledger.receipts.pdf import as_text, render
from ledger.trouble import RecordTrouble

__all__ = ["as_text", "attachment", "code_of", "receipt_json", "receipt_pdf"]

TEMPLATE = Path(settings.BASE_DIR) / "templates" / "applications" / "receipt.typ"
log = logging.getLogger("tongdian.receipts")

JSON, PDF = "application/json", "application/pdf"
#: A receipt is about a person: no cache keeps it, and a browser runs nothing of it.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store, private",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


class NotSigned(Problem):
    """503: the receipt key cannot be reached; an operator has to look."""

    type = "receipt-not-signed"
    status = 503
    title = gettext_lazy("The receipt cannot be signed at the moment")

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("The step itself is recorded and nothing is lost. Try again later.")
        )


def receipt_json(reading: Reading) -> dict[str, Any]:
    """Return the receipt (format `tongdian-receipt/1`).

    Raises:
        NotSigned: the receipt key cannot be reached.
    """
    try:
        return assemble(
            reading.found.entry,
            number=reading.number,
            opening=reading.opening,
            standing=reading.standing,
            proven=reading.proven,
        )
    except (RecordTrouble, OSError) as trouble:
        raise _not_signed(trouble) from trouble


def receipt_pdf(reading: Reading, base: str) -> bytes:
    """Return the receipt as a signed PDF.

    Args:
        reading: what it says.
        base: scheme and host of the site, for the address in its QR code.

    Raises:
        NotSigned: the receipt key or the certificate cannot be reached.
    """
    receipt = receipt_json(reading)
    try:
        return render(TEMPLATE, paper(reading, base), receipt)
    except (OSError, ImproperlyConfigured) as trouble:
        raise _not_signed(trouble) from trouble


def _not_signed(trouble: Exception) -> NotSigned:
    log.warning("a receipt was not signed: %s: %s", type(trouble).__name__, trouble)
    return NotSigned()


def paper(reading: Reading, base: str) -> dict[str, Any]:
    """Return what the paper says: every text in Chinese and in English, and the QR code."""
    sheets = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            sheets.append(asdict(sheet(reading)))
    url = reading.check_url(base)
    return {"words": _paired(*sheets), "url": url, "qr": _svg(code_of(url))}


def _paired(chinese: Any, english: Any) -> Any:
    """Return two sheets as one: each text with its English, which is empty where it is the same."""
    if isinstance(chinese, dict):
        return {name: _paired(value, english[name]) for name, value in chinese.items()}
    if isinstance(chinese, list):
        return [_paired(*both) for both in zip(chinese, english, strict=True)]
    return {"zh": chinese, "en": "" if chinese == english else english}


def _svg(code: segno.QRCode) -> str:
    out = BytesIO()
    code.save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()


def code_of(url: str) -> segno.QRCode:
    """Return the QR code of an address."""
    return segno.make_qr(url, error="m")


def attachment(reading: Reading, content: bytes, kind: str, ending: str) -> HttpResponse:
    """Return a file to be kept, under the number of its receipt."""
    name = f"TD-{reading.number}-receipt.{ending}"
    headers = HEADERS | {"Content-Disposition": str(content_disposition_header(True, name))}
    return HttpResponse(content, content_type=kind, headers=headers)
