"""A contract as PDF: to read before it is signed, and sealed by the supply company after it."""

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typst
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.contracts.models import Contract
from applications.contracts.text import LANGUAGES, digest_of
from core.demonstration import is_demonstration
from core.problems import Text
from core.templatetags.city import instant
from ledger import folders
from ledger.paper import PdfKey, own_key, sign, typeset
from rules.contract import contract_template

if TYPE_CHECKING:
    from pyhanko_certvalidator import ValidationContext

TEMPLATE = Path(settings.BASE_DIR) / "templates" / "applications" / "contract.typ"
FIELD: Final = "SupplierSeal"
DEMONSTRATION_SEAL: Final = "Tongdian demonstration seal, without legal force"
DEMONSTRATION: Final = gettext_lazy("Demonstration city: this paper has no legal force.")

#: What the paper says of the supplier's seal.
SEALED: Final = gettext_lazy("By the electronic seal in this file.")
UNSEALED: Final = gettext_lazy("This file bears no electronic seal of the supplier.")
SEAL_AWAITED: Final = gettext_lazy("The electronic seal is not in this file yet.")

log = logging.getLogger("tongdian.contracts")


class NoSeal(Exception):
    """There is a seal, and it cannot be used."""


class NoTime(Exception):
    """The time stamp service did not answer, or its stamp does not hold."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A PDF as it is kept.

    `sealed_by` is whom the certificate names, empty without a seal; `stamped_at` the instant of
    the time stamp, None where no service is configured.
    """

    data: bytes
    sealed_by: str = ""
    stamped_at: datetime | None = None


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
    try:
        key = seal()
        if key is None:
            return Sealed(signed_pdf(contract, UNSEALED))
        made = _signed(signed_pdf(contract, SEALED), key)
    except (OSError, ImproperlyConfigured) as error:
        raise NoSeal(type(error).__name__) from error
    return _checked(made)


def seal() -> PdfKey | None:
    """The supply company's seal: of the operator, in a demonstration one that says so; else None.

    A legal 电子签章 with SM2 is a vendor's service, and would take the place of this key.
    """
    if settings.CONTRACT["pkcs12"]:
        return PdfKey(Path(settings.CONTRACT["pkcs12"]), settings.CONTRACT["pkcs12_password"])
    if is_demonstration():
        return own_key(folders.private("contract") / "seal.p12", DEMONSTRATION_SEAL)
    return None


def _signed(page: bytes, key: PdfKey) -> bytes:
    url = settings.CONTRACT["tsa_url"]
    if not url:
        return sign(page, key, FIELD)
    from pyhanko.sign.timestamps import HTTPTimeStamper  # noqa: PLC0415 (see ledger.paper.sign)

    stamper = HTTPTimeStamper(url, timeout=contract_template().keeping.wait)
    try:
        return sign(page, key, FIELD, stamper, trust())
    except ImproperlyConfigured:
        raise
    except Exception as error:  # (an answer can be wrong in any way)
        raise NoTime(type(error).__name__) from error


def trust() -> "ValidationContext | None":
    """Whose certificates a contract is validated by while it is stamped; None where nobody is set.

    What the issuers say of revoked ones is asked for, and has to be had: what goes without is tried
    again, for it could not be had later.

    Raises:
        ImproperlyConfigured: the file of the roots holds no certificates.
    """
    path = settings.CONTRACT["trust"]
    if not path:
        return None
    from pyhanko.keys import load_certs_from_pemder  # noqa: PLC0415 (see ledger.paper.sign)
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    load: Callable[[list[str]], Iterable[Any]] = load_certs_from_pemder
    try:
        roots = list(load([path]))
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{path} holds no certificates: {error}") from error
    return ValidationContext(trust_roots=roots, allow_fetching=True, revocation_mode="hard-fail")


def _checked(made: bytes) -> Sealed:
    """What a reader's program will find: else nobody would learn of a stamp that does not hold."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    [signature] = PdfFileReader(BytesIO(made)).embedded_regular_signatures
    # Whom a reader trusts is the reader's own choice: here it is asked whether it holds together.
    nobody = ValidationContext(trust_roots=[], allow_fetching=False)
    status = validate_pdf_signature(signature, nobody, nobody)
    if not (status.intact and status.valid):
        raise NoSeal("the signature does not hold")
    stamp = status.timestamp_validity
    if settings.CONTRACT["tsa_url"] and not (stamp and stamp.intact and stamp.valid):
        raise NoTime("the time stamp does not hold")
    names = signature.signer_cert.subject.native
    return Sealed(made, names.get("common_name", ""), stamp.timestamp if stamp else None)


Row = dict[str, Any]


def _set(text: str, signed: list[Row], at: datetime, notices: Sequence[Text] = ()) -> bytes:
    contract = json.loads(text)
    if is_demonstration():
        notices = [*notices, DEMONSTRATION]
    digest = _row(lambda: _("Digest of the text"), lambda: digest_of(text), digest=True)
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
    try:
        return typeset(TEMPLATE, inputs, at)
    except typst.TypstError as error:
        # A name may hold a character that is in no typeface of ours. It is not logged.
        log.warning("a contract was set as plain PDF: %d hints", len(error.hints))
        return typeset(TEMPLATE, inputs, at, archival=False)


def _row(key: Callable[[], str], value: Callable[[], str], *, digest: bool = False) -> Row:
    return {"key": _both(key), "value": _both(value), "digest": digest}


def _both(say: Callable[[], str]) -> dict[str, str]:
    said = {}
    for name, language in LANGUAGES:
        with translation.override(language):
            said[name] = str(say())
    return said
