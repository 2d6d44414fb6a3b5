"""The bodies of what is done about assignments, each declared once."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from applications.assignments.models import ROLES
from core.bodies import NEEDED, Body, ChoiceField, WholeField, WordsField, refused
from core.clock import city_now, local_date


class Assignment(Body):
    """Who has a high-voltage case from now on, in which role."""

    role = ChoiceField(ROLES, label=_("Role"))
    user = WholeField(label=_("Who has the case from now on"))
    reason = WordsField(
        label=_("Reason"),
        help_text=_("It is kept in the record of the case. No clock changes."),
    )


class HandOver(Body):
    """To whom all open cases of somebody go, in one role."""

    user = WholeField(label=_("Who has these cases from now on"))
    reason = WordsField(
        label=_("Reason"),
        help_text=_("It is kept in the record of each case. No clock changes."),
    )


def _several(**common: Any) -> serializers.ListField:
    return serializers.ListField(required=False, allow_empty=True, default=list, **common)


class Cell(Body):
    """A grid cell: a part of a district, and who has the high-voltage cases there."""

    district = WordsField(label=_("District or county"), one_line=True, max_length=12)
    name = WordsField(label=_("Name of the cell"), one_line=True, max_length=60)
    towns = _several(
        child=WordsField(one_line=True, max_length=60),
        label=_("Towns and subdistricts"),
        help_text=_("None: all of the district that no other cell has."),
    )
    managers = _several(child=WholeField(), label=_("Customer managers"))
    projects = _several(child=WholeField(), label=_("Project managers"))


def _day(label: Any) -> serializers.DateField:
    return serializers.DateField(
        label=label,
        error_messages={"required": NEEDED, "null": NEEDED, "invalid": _("This is no day.")},
    )


class NewAbsence(Body):
    """From when to when somebody is away, and who has their cases meanwhile."""

    user = WholeField(label=_("Who is away"))
    first = _day(_("First day away"))
    last = _day(_("Last day away"))
    deputy = WholeField(label=_("Deputy"))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["last"] < attrs["first"]:
            raise serializers.ValidationError(
                {"last": [refused(_("This is before the first day."))]}
            )
        if attrs["last"] < local_date(city_now()):
            raise serializers.ValidationError({"last": [refused(_("This day is past."))]})
        return attrs
