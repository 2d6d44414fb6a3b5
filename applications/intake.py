"""Reading what an applicant declares: one parser for pages, API and counter alike."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.identifiers import is_credit_code, is_identity_number, is_phone, plain
from applications.models import Application
from core.fields import blind_index
from core.problems import FieldError, Invalid
from rules.city import city
from rules.names import Kind

NAME_MAX, LINE_MAX = 100, 200
#: Marks that turn the direction of writing, so that a text is read as another than it is.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NEEDED = _("This is needed.")
NOT_ONE_OF = _("Choose one of the values offered.")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is applied for, by whom and where; every value checked by itself."""

    applicant_type: str
    applicant_name: str
    id_number: str
    phone: str
    enterprise_size: str
    district: str
    statutory_district: str
    town: str
    address_line: str
    capacity_kw: Decimal
    voltage: str
    sources: int
    purpose: str
    channel: str
    kind: str = ""

    def columns(self) -> dict[str, Any]:
        """Return the columns of a case that the declaration fills, digests included."""
        names = [name for name in self.__slots__ if name != "kind"]
        return {name: getattr(self, name) for name in names} | {
            "id_digest": blind_index(self.id_number, "id_number"),
            "phone_digest": blind_index(self.phone, "phone"),
            "address_digest": address_digest(self.district, self.address_line),
        }


def address_digest(district: str, line: str) -> bytes:
    """Return the digest under which one address is one address, however it is spaced."""
    text = unicodedata.normalize("NFKC", line).casefold()
    bare = re.sub(r"[\W_]", "", text)
    return blind_index(f"{district}|{bare}", "address")


def phone_digest(phone: str) -> bytes:
    """Return the digest under which a phone number is found."""
    return blind_index(plain(phone), "phone")


def parse(body: Mapping[str, Any]) -> Declaration:
    """Read the body of an application.

    Args:
        body: the fields of the contract, `applicant` and `address` nested.

    Raises:
        Invalid: every refused value at once, each with its pointer.
    """
    reader = _Reader(body)
    declaration = reader.declaration()
    if reader.errors:
        raise Invalid(reader.errors)
    statutory = declaration.statutory_district or None
    city().check_place(
        district=declaration.district, statutory=statutory, town=declaration.town or None
    )
    return declaration


class _Reader:
    """Collects refused values while it reads, so that a person mends them in one go."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.errors: list[FieldError] = []
        self.body = body
        self.applicant = self._object("applicant")
        self.address = self._object("address")

    def declaration(self) -> Declaration:
        kind_of_person = self._choice("/applicant/type", Application.ApplicantType.values)
        return Declaration(
            applicant_type=kind_of_person,
            applicant_name=self._text("/applicant/name", NAME_MAX),
            id_number=self._id_number(kind_of_person),
            phone=self._phone(),
            enterprise_size=self._size(kind_of_person),
            district=self._text("/address/district", 12),
            statutory_district=self._text("/address/statutory_district", 12, needed=False),
            town=self._town(),
            address_line=self._text("/address/line", LINE_MAX),
            capacity_kw=self._capacity(),
            voltage=self._choice("/voltage", Application.Voltage.values),
            sources=self._sources(),
            purpose=self._choice("/purpose", Application.Purpose.values),
            channel=self._choice("/channel", Application.Channel.values),
            kind=self._choice("/kind", list(Kind), needed=False),
        )

    def _object(self, name: str) -> Mapping[str, Any]:
        value = self.body.get(name)
        if isinstance(value, Mapping):
            return value
        self._refuse(f"/{name}", NEEDED if value is None else _("This must be an object."))
        return {}

    def _refuse(self, pointer: str, reason: str | Promise) -> None:
        self.errors.append(FieldError(pointer, reason))

    def _raw(self, pointer: str) -> Any:
        head, _slash, tail = pointer[1:].partition("/")
        return getattr(self, head).get(tail) if tail else self.body.get(head)

    def _text(self, pointer: str, longest: int, *, needed: bool = True) -> str:
        value = self._raw(pointer)
        if value is not None and not isinstance(value, str):
            self._refuse(pointer, _("This must be text."))
            return ""
        text = unicodedata.normalize("NFC", value or "").strip()
        if not text and needed:
            if not self._parent_missing(pointer):
                self._refuse(pointer, NEEDED)
        elif len(text) > longest:
            self._refuse(pointer, _("At most %(count)d characters.") % {"count": longest})
        elif any(unicodedata.category(char) == "Cc" or char in TURNING for char in text):
            self._refuse(pointer, _("Control characters are not allowed."))
        return text

    def _parent_missing(self, pointer: str) -> bool:
        parent = pointer[1:].partition("/")[0]
        return any(error.pointer == f"/{parent}" for error in self.errors)

    def _choice(self, pointer: str, values: list[Any], *, needed: bool = True) -> str:
        value = self._text(pointer, 40, needed=needed)
        if value and value not in [str(one) for one in values]:
            self._refuse(pointer, NOT_ONE_OF)
            return ""
        return value

    def _id_number(self, kind_of_person: str) -> str:
        number = plain(self._text("/applicant/id_number", 40))
        genuine = is_credit_code if kind_of_person == "company" else is_identity_number
        if number and not genuine(number):
            self._refuse(
                "/applicant/id_number", _("This number is not right: compare it with the document.")
            )
        return number

    def _phone(self) -> str:
        number = plain(self._text("/applicant/phone", 20))
        if number and not is_phone(number):
            self._refuse(
                "/applicant/phone",
                _("A mobile number has 11 digits; a fixed line starts with its area code."),
            )
        return number

    def _size(self, kind_of_person: str) -> str:
        pointer = "/applicant/enterprise_size"
        size = self._choice(pointer, Application.EnterpriseSize.values, needed=False)
        if size and kind_of_person == "person":
            self._refuse(pointer, _("Only a company has an enterprise size."))
        return size

    def _town(self) -> str:
        """A township by its code or by its name."""
        text = self._text("/address/town", 60, needed=False)
        for district in city().districts:
            for town in district.townships:
                if text in (town.name.zh, town.name.en):
                    return town.code
        return text

    def _capacity(self) -> Decimal:
        value = self._raw("/capacity_kw")
        if value is None or isinstance(value, bool):
            self._refuse("/capacity_kw", NEEDED)
            return Decimal(0)
        try:
            number = Decimal(str(value))
            exact = number == number.quantize(Decimal("0.01"))
        except InvalidOperation:
            number, exact = Decimal(0), False
        if not exact or not 0 < number < Decimal(10) ** 9:
            self._refuse(
                "/capacity_kw", _("A number of kilowatts above 0, with at most two decimals.")
            )
        return number

    def _sources(self) -> int:
        value = self._raw("/sources")
        if value in (1, 2, "1", "2") and not isinstance(value, bool):
            return int(value)
        self._refuse("/sources", NEEDED if value is None else _("One or two supplies."))
        return 0
