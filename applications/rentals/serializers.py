"""The bodies of a rental's acts, each declared once."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.bodies import NEEDED, Body, WordsField, YesNoField, refuse
from grid.rental.models import CODE_MAX


def _day(label: Any, help_text: Any) -> serializers.DateField:
    return serializers.DateField(
        label=label,
        help_text=help_text,
        error_messages={"required": NEEDED, "null": NEEDED, "invalid": _("This is no day.")},
    )


class NewRental(Body):
    """A unit that is asked for, and for which days."""

    unit = WordsField(label=_("Unit for rent"), one_line=True, max_length=CODE_MAX)
    from_day = _day(_("First day"), _("On which the unit is handed over."))
    until_day = _day(
        _("Day of return"),
        _("By which the unit is back. Somebody else can have it from that day on."),
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["until_day"] <= attrs["from_day"]:
            raise refuse("until_day", _("The unit goes back on a later day than it is fetched."))
        return attrs


class RentalReason(Body):
    """Why nothing comes of it."""

    reason = WordsField(label=_("Why"), help_text=_("The other side reads it."))


class Condition(Body):
    """The condition of the unit as both sides have seen it."""

    condition = WordsField(
        label=_("Condition of the unit"),
        help_text=_("What both sides have seen. Name nobody."),
    )


class ReturnCondition(Condition):
    damaged = YesNoField(label=_("Is anything damaged or missing?"))
