"""What is declared: a referral, and a registered office; one declaration for pages and API."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.declaration import LINE_MAX, number_refusal
from applications.models import Application
from applications.referrals.serializers import REASON_MAX
from applications.serializers import NAME_MAX
from core.bodies import (
    Body,
    ChoiceField,
    IdentityField,
    MobileField,
    PhoneField,
    WholeField,
    WordsField,
)
from core.problems import Text
from rules.city import city


class NewReferral(Body):
    """What a counter takes in for another city."""

    office = WholeField(label=_("Registered office of the other city"), min_value=1)
    type = ChoiceField(Application.ApplicantType.choices, label=_("Who applies"))
    name = WordsField(label=_("Name"), max_length=NAME_MAX, one_line=True)
    id_number = IdentityField(label=_("Number of the identity document or business licence"))
    phone = PhoneField(
        label=_("Phone number"),
        help_text=_("The other city's office rings it. We send word there of where it stands."),
    )
    address = WordsField(
        label=_("Address in the other city"),
        help_text=_("With city and district."),
        max_length=LINE_MAX,
        one_line=True,
    )
    wanted = WordsField(
        label=_("What is wanted"),
        help_text=_("New supply, for what use, and how many kilowatts, if that is known."),
        max_length=REASON_MAX,
    )
    language = ChoiceField(
        User.Language.choices,
        label=_("Language of the customer's messages"),
        required=False,
        default=User.Language.ZH.value,
    )

    def together(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
        if refusal := number_refusal(data.get("type"), data.get("id_number")):
            yield "id_number", refusal
        if lies_here(str(data.get("address"))):
            yield (
                "address",
                _(
                    "This address is in our own city: take it in as an ordinary application, under "
                    "“Apply”."
                ),
            )


def lies_here(address: str) -> bool:
    """Whether an address says that it is in this city."""
    here = city()
    line = address.strip().removeprefix(here.province.zh).lstrip()
    # People leave out the last character, which only says that it is a city.
    names = (here.name.zh[:-1], here.name.en)
    return line.casefold().startswith(tuple(name.casefold() for name in names))


class NewOffice(Body):
    """A registered office of another city."""

    city_zh = WordsField(label=_("City, in Chinese"), max_length=60, one_line=True)
    city_en = WordsField(label=_("City, in English"), max_length=60, one_line=True)
    name_zh = WordsField(label=_("Office, in Chinese"), max_length=120, one_line=True)
    name_en = WordsField(label=_("Office, in English"), max_length=120, one_line=True)
    telephone = PhoneField(
        label=_("Telephone for customers"),
        help_text=_("A customer who agrees to passing data on is told it."),
    )
    mobile = MobileField(
        label=_("Mobile phone for codes"),
        help_text=_("Without the code that is sent there nobody opens what is passed on."),
    )
    email = WordsField(
        label=_("Mailbox for links, if there is one"),
        help_text=_("Else the link goes to the mobile phone as well."),
        max_length=200,
        one_line=True,
        required=False,
    )

    def together(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
        if email := data.get("email"):
            try:
                validate_email(email)
            except ValidationError:
                yield "email", _("This is no address of a mailbox.")
