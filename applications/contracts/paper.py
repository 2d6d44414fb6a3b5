"""A contract as PDF: to read before it is signed, and sealed by the supply company after it."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.contracts.models import Contract
from applications.contracts.text import LANGUAGES
from core.demonstration import is_demonstration
from core.fields import text_digest
from core.problems import Text
from core.templatetags.city import instant
from ledger.paper import typeset_anyway
from ledger.seal import Seal, Sealed
from rules.contract import contract_template

TEMPLATE = Path(settings.BASE_DIR) / "templates" / "applications" / "contract.typ"
FIELD: Final = "SupplierSeal"
DEMONSTRATION: Final = gettext_lazy("Demonstration city: this paper has no legal force.")

#: What the paper says of the supplier's seal.
SEALED: Final = gettext_lazy("By the electronic seal in this file.")
UNSEALED: Final = gettext_lazy("This file bears no electronic seal of the supplier.")
SEAL_AWAITED: Final = gettext_lazy("The electronic seal is not in this file yet.")


def unsigned_pdf(text: str, at: datetime) -> bytes:
    """The text to read before it is signed, and marked so; `at` is when it is looked at."""
    return _set(text, [], at, notices=[gettext_lazy("Not signed yet: read it before you sign.")])


def signed_pdf(contract: Contract, supplier: Text = SEAL_AWAITED) -> bytes:
    """The signed text with how and when it was signed, before it is sealed; always the same.

    Args:
        supplier: what is said of the supplier's seal.
    """
    rows = [
        _row(lambda: _("Signed by the customer"), lambda: instant(contract.signed_at)),
        _row(lambda: _("How"), lambda: str(Contract.Consent(contract.consent).label)),
        _row(lambda: _("For the supplier"), lambda: str(supplier)),
    ]
    return _set(contract.text, rows, contract.signed_at)


def sealed_pdf(contract: Contract) -> Sealed:
    """The signed contract under the supply company's seal, with a time stamp where one is asked
    for; without a seal as it is.

    Raises:
        NoSeal, NoTime: to be tried again.
    """
    return seal().put(lambda sealed: signed_pdf(contract, SEALED if sealed else UNSEALED))


def seal() -> Seal:
    """The supply company's."""
    return Seal("contract", settings.CONTRACT, FIELD, contract_template().keeping.wait)


Row = dict[str, Any]


def _set(text: str, signed: list[Row], at: datetime, notices: Sequence[Text] = ()) -> bytes:
    contract = json.loads(text)
    if is_demonstration():
        notices = [*notices, DEMONSTRATION]
    digest = _row(lambda: _("Digest of the text"), lambda: text_digest(text), digest=True)
    sheet = {
        "contract": contract,
        "number": _both(lambda: _("Case %(number)s") % {"number": contract["number"]}),
        "notices": [_both(partial(str, one)) for one in notices],
        "signed": [*signed, digest],
        "digest": _both(
            lambda: _("The digest is the SHA-256 of the file contract.json in this PDF.")
        ),
    }
    inputs = {"sheet": json.dumps(sheet, ensure_ascii=False), "contract": text}
    # A name may hold a character that is in no typeface of ours.
    return typeset_anyway(TEMPLATE, inputs, at)


def _row(key: Callable[[], str], value: Callable[[], str], *, digest: bool = False) -> Row:
    return {"key": _both(key), "value": _both(value), "digest": digest}


def _both(say: Callable[[], str]) -> dict[str, str]:
    said = {}
    for name, language in LANGUAGES:
        with translation.override(language):
            said[name] = str(say())
    return said
