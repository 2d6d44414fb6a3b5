"""A receipt as one signed PDF/A-3 file: a sheet to read, with the receipt itself attached.

Nothing here asks another host: Typst sets the page with the typefaces beside this file, pyHanko
signs with a key of this installation, and no time stamp is fetched. Nothing is cached: it is
about a person.
"""

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import typst

from ledger.receipts.signature import sign

FONTS = Path(__file__).parent / "fonts"
ATTACHED = "receipt.json"
#: Archival PDF; it refuses a character that the typefaces do not have, plain PDF draws a box.
ARCHIVAL: Final = "a-3b"

log = logging.getLogger("tongdian.ledger")


def render(template: Path, sheet: Mapping[str, Any], receipt: Mapping[str, Any]) -> bytes:
    """Return a signed PDF.

    Args:
        template: Typst source; reads `sheet` and `receipt` (JSON texts) and `attached` (a file
            name) from `sys.inputs`.
        sheet: what stands on the page.
        receipt: the receipt as `assemble` gives it; attached as it is.
    """
    at = datetime.fromisoformat(receipt["standing"]["as_of"]).replace(microsecond=0)
    inputs = {
        "sheet": json.dumps(sheet, ensure_ascii=False),
        "receipt": as_text(receipt),
        "attached": ATTACHED,
    }
    return sign(_set(template, inputs, at))


def as_text(receipt: Mapping[str, Any]) -> str:
    """Return a receipt as the text of its file."""
    return json.dumps(receipt, ensure_ascii=False, indent=1) + "\n"


def _set(template: Path, inputs: dict[str, str], at: datetime) -> bytes:
    try:
        return _compiled(template, inputs, at, archival=True)
    except typst.TypstError as error:
        # Free text may hold a character that is in no typeface of ours; its words are in the
        # attached receipt all the same. The text itself is a person's, so it is not logged.
        log.warning("a receipt was set as plain PDF: %d hints", len(error.hints))
        return _compiled(template, inputs, at, archival=False)


def _compiled(template: Path, inputs: dict[str, str], at: datetime, *, archival: bool) -> bytes:
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
