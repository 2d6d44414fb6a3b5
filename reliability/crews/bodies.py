"""What is said of a repair crew."""

import re
from typing import Any, Final

from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from rest_framework import serializers

from core.bodies import PHONE_MAX, Body, ChoiceField, NumberedField, WordsField, refuse
from core.identifiers import is_mobile, is_phone, plain_phone
from rules.city import city

CODE_MAX: Final = 20
NAME_MAX: Final = 60
MOST_TOWNS: Final = 100
HOTLINE: Final = re.compile(r"[19]\d{4}", re.ASCII)


class DutyPhoneField(NumberedField):
    """A fixed line with its area code, or a hotline of five digits; no mobile, which is a
    person's."""

    default_error_messages = {
        "not_duty": _("A fixed line with its area code, or a hotline of five digits."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=PHONE_MAX, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        number = plain_phone(super().to_internal_value(data))
        if not HOTLINE.fullmatch(number) and (not is_phone(number) or is_mobile(number)):
            self.fail("not_duty")
        return number


class CrewBody(Body):
    """The crew as it is from now on, whole; no name of a person is needed."""

    name = WordsField(label=pgettext_lazy("crew", "Name"), one_line=True, max_length=NAME_MAX)
    towns = serializers.ListField(
        child=NumberedField(max_length=12),
        label=_("Towns and subdistricts"),
        max_length=MOST_TOWNS,
        required=False,
        default=list,
        help_text=_("Their codes, one a line: the crew's grid cell. None: the whole district."),
    )
    place = WordsField(
        label=_("Where it stands by"), required=False, one_line=True, max_length=NAME_MAX
    )
    phone = DutyPhoneField(
        label=_("Duty phone"),
        help_text=_(
            "Of the company, never of a person: a fixed line, or a hotline such as 95598. It is "
            "public."
        ),
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        district = attrs.get("district") or self.context["thing"].district
        known = {town.code for town in city().towns_of(district)}
        wrong = [code for code in attrs["towns"] if code not in known]
        if wrong:
            raise refuse("towns", _("The district has no such township."))
        return attrs | {"towns": sorted(set(attrs["towns"]))}


class NewCrew(CrewBody):
    code = NumberedField(
        label=_("Code"), max_length=CODE_MAX, help_text=_("It stays, and outages name it.")
    )
    district = ChoiceField(
        [(code, lazystr(words)) for code, words in city().district_choices], label=_("District")
    )
