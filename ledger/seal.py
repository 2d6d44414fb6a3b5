"""The electronic seal under a paper: of the operator, in a demonstration one that says so; with a
time stamp where a service is configured (RFC 3161).

What was made is looked at as a reader's program will: a service can answer with a stamp of
something else, and nobody would learn of it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ImproperlyConfigured

from core.demonstration import is_demonstration
from ledger import folders
from ledger.paper import PdfKey, own_key, sign

if TYPE_CHECKING:
    from pyhanko_certvalidator import ValidationContext

DEMONSTRATION_SEAL: Final = "Tongdian demonstration seal, without legal force"


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


@dataclass(frozen=True, slots=True)
class Seal:
    """How papers of one sort are sealed.

    Attributes:
        sort: also the folder of a demonstration's own key.
        given: what the operator has set, by `pkcs12`, `pkcs12_password`, `tsa_url` and `trust`.
        field: the name of the signature's field.
        wait: seconds that a time stamp is waited for.
    """

    sort: str
    given: Mapping[str, str]
    field: str
    wait: int

    def key(self) -> PdfKey | None:
        """None in a real city whose operator has set none.

        A legal 电子签章 with SM2 is a vendor's service, and would take the place of this key.
        """
        if self.given["pkcs12"]:
            return PdfKey(Path(self.given["pkcs12"]), self.given["pkcs12_password"])
        if is_demonstration():
            return own_key(folders.private(self.sort) / "seal.p12", DEMONSTRATION_SEAL)
        return None

    def put(self, page: Callable[[bool], bytes]) -> Sealed:
        """Seal what `page` sets, given whether it will be sealed; without a key it stays as it is.

        Raises:
            NoSeal, NoTime: to be tried again.
        """
        try:
            key = self.key()
            if key is None:
                return Sealed(page(False))
            made = self._signed(page(True), key)
        except (OSError, ImproperlyConfigured) as error:
            raise NoSeal(type(error).__name__) from error
        return self._checked(made)

    def _signed(self, page: bytes, key: PdfKey) -> bytes:
        url = self.given["tsa_url"]
        if not url:
            return sign(page, key, self.field)
        from pyhanko.sign.timestamps import HTTPTimeStamper  # noqa: PLC0415 (see ledger.paper.sign)

        try:
            stamper = HTTPTimeStamper(url, timeout=self.wait)
            return sign(page, key, self.field, stamper, trust(self.given["trust"]))
        except ImproperlyConfigured:
            raise
        except Exception as error:  # (an answer can be wrong in any way)
            raise NoTime(type(error).__name__) from error

    def _checked(self, made: bytes) -> Sealed:
        from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
        from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415
        from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

        [signature] = PdfFileReader(BytesIO(made)).embedded_regular_signatures
        # Whom a reader trusts is the reader's own choice: here it is asked whether it holds
        # together.
        nobody = ValidationContext(trust_roots=[], allow_fetching=False)
        status = validate_pdf_signature(signature, nobody, nobody)
        if not (status.intact and status.valid):
            raise NoSeal("the signature does not hold")
        stamp = status.timestamp_validity
        if self.given["tsa_url"] and not (stamp and stamp.intact and stamp.valid):
            raise NoTime("the time stamp does not hold")
        names = signature.signer_cert.subject.native
        return Sealed(made, names.get("common_name", ""), stamp.timestamp if stamp else None)


def trust(path: str) -> "ValidationContext | None":
    """Whose certificates a paper is validated by while it is stamped; None where nobody is set.

    What the issuers say of revoked ones is asked for, and has to be had: what goes without is tried
    again, for it could not be had later.

    Raises:
        ImproperlyConfigured: the file of the roots holds no certificates.
    """
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
