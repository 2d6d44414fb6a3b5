"""What an applicant declares: one declaration for pages, API and counter alike."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.serializers import NAME_MAX
from core.addresses import address_key
from core.bodies import AmountField, Body, ChoiceField, IdentityField, PhoneField, WordsField
from core.fields import blind_index
from core.identifiers import is_credit_code, is_identity_number, plain, plain_phone
from core.problems import Text
from core.reading import canonical
from rules.city import city
from rules.names import VOLTAGES, Kind

LINE_MAX = 200
KINDS = [str(kind) for kind in Kind]


def address_digest(district: str, statutory: str, line: str) -> bytes:
    """Return the digest under which one address is one address, however it is written.

    A zone is the same place as the statutory district that the address lies in.
    """
    place = statutory or district
    return blind_index(f"{place}|{address_key(line, city().names_before(place))}", "address")


def name_digest(name: str) -> bytes:
    """Return the digest under which one name is one name, with spaces in it or without."""
    return blind_index(canonical(name).casefold().replace(" ", ""), "name")


def phone_digest(phone: str) -> bytes:
    return blind_index(plain_phone(phone), "phone")


def pair_of(body: Mapping[str, Any]) -> tuple[bytes, bytes] | None:
    """The digests of person and address in a body that may be unfinished; None without both."""
    number, address = body["applicant"].get("id_number"), body["address"]
    if not (number and address.get("district") and address.get("line")):
        return None
    statutory = address.get("statutory_district") or ""
    place = address_digest(address["district"], statutory, address["line"])
    return blind_index(plain(number), "id_number"), place


def number_refusal(party: object, number: object) -> Text | None:
    """Why a number cannot be that of a person or a company; None where it can."""
    genuine = is_credit_code if party == "company" else is_identity_number
    if genuine(plain(str(number))):
        return None
    return _("This number is not right: compare it with the document.")


class Applicant(Body):
    """Who applies."""

    type = ChoiceField(Application.ApplicantType.choices, source="applicant_type")
    name = WordsField(source="applicant_name", max_length=NAME_MAX, one_line=True)
    id_number = IdentityField()
    phone = PhoneField()
    enterprise_size = ChoiceField(Application.EnterpriseSize.choices, required=False)

    def together(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
        if refusal := number_refusal(data.get("type"), data.get("id_number")):
            yield "id_number", refusal
        if data.get("enterprise_size") and data.get("type") == "person":
            yield "enterprise_size", _("Only a company has an enterprise size.")


class TownField(WordsField):
    """A township by its code or by its name."""

    def to_internal_value(self, data: Any) -> str:
        """Return the code; what is none is refused with its district."""
        text = super().to_internal_value(data)
        towns = (town for district in city().districts for town in district.townships)
        return next((each.code for each in towns if text in (each.name.zh, each.name.en)), text)


class Address(Body):
    """Where the connection is."""

    district = WordsField(max_length=12, one_line=True)
    statutory_district = WordsField(max_length=12, one_line=True, required=False)
    town = TownField(max_length=60, one_line=True, required=False)
    line = WordsField(source="address_line", max_length=LINE_MAX, one_line=True)


class CapacityField(AmountField):
    """The capacity that is asked for, in kW."""

    def __init__(self, **kwargs: Any) -> None:
        message = _("A number of kilowatts above 0, with at most two decimals.")
        super().__init__(below=Decimal(10) ** 9, message=message, **kwargs)


class Declaration(Body):
    """What is applied for, by whom and where; its values are the columns of the case.

    A given `kind` is only compared with the one that the rules give.
    """

    applicant = Applicant(source="*")
    address = Address(source="*")
    capacity_kw = CapacityField()
    voltage = ChoiceField(VOLTAGES)
    sources = ChoiceField([1, 2], error_messages={"invalid_choice": _("One or two supplies.")})
    purpose = ChoiceField(Application.Purpose.choices)
    channel = ChoiceField(Application.Channel.choices)
    kind = ChoiceField(KINDS, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        district = attrs["district"]
        city().check_place(
            district=district,
            statutory=attrs["statutory_district"] or None,
            town=attrs["town"] or None,
        )
        return attrs | {
            "name_digest": name_digest(attrs["applicant_name"]),
            "id_digest": blind_index(attrs["id_number"], "id_number"),
            "phone_digest": phone_digest(attrs["phone"]),
            "address_digest": address_digest(
                district, attrs["statutory_district"], attrs["address_line"]
            ),
        }
