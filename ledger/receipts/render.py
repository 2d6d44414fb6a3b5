"""A receipt as one signed PDF/A-3 file: a sheet to read, with the receipt itself attached.

Nothing here asks another host: Typst sets the page with the typefaces beside this file, pyHanko
signs with a key of this installation, and no time stamp is fetched. Nothing is cached: it is
about a person.

The key says who gave the paper; what the paper says is proved by the receipt attached to it. An
operator may put a bought certificate in place (PORTAL_RECEIPT_PDF_PKCS12); else a key and a
self-signed certificate are made on first use, and kept beside the keys of the record.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from ledger import folders
from ledger.paper import PdfKey, own_key, sign, typeset_anyway

ATTACHED = "receipt.json"
FILE = "pdf.p12"
FIELD = "Receipt"
NAME = "Tongdian receipts"


def pdf(template: Path, sheet: Mapping[str, Any], receipt: Mapping[str, Any]) -> bytes:
    """The template, in Typst, reads `sheet` and `receipt` (JSON texts) and `attached` (a file name)
    from `sys.inputs`. Raises `ImproperlyConfigured` where the operator's certificate does not open.
    """
    at = datetime.fromisoformat(receipt["standing"]["as_of"])
    inputs = {
        "sheet": json.dumps(sheet, ensure_ascii=False),
        "receipt": as_text(receipt),
        "attached": ATTACHED,
    }
    # Free text may hold a character that is in no typeface of ours; its words are in the attached
    # receipt all the same.
    return sign(typeset_anyway(template, inputs, at), key(), FIELD)


def as_text(receipt: Mapping[str, Any]) -> str:
    return json.dumps(receipt, ensure_ascii=False, indent=1) + "\n"


def key() -> PdfKey:
    """What receipts are signed with: the bought one, or our own, made on first use."""
    if settings.RECEIPT_PDF_PKCS12:
        return PdfKey(Path(settings.RECEIPT_PDF_PKCS12), settings.RECEIPT_PDF_PKCS12_PASSWORD)
    return own_key(folders.private("receipt") / FILE, NAME)
