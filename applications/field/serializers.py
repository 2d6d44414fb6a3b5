"""The bodies of field work, each declared once."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from applications.field.jobs import AT_APPOINTMENT, OF_CASE
from core.bodies import Body, ChoiceField, InstantField, NumberedField, WholeField


class OneAct(Body):
    """An act that was done on site: its name, and its own body as it is declared at its address."""

    body = serializers.DictField(required=False, default=dict)


class ActOfCase(OneAct):
    """A step of the case."""

    name = ChoiceField(OF_CASE)


class ActOfAppointment(OneAct):
    """What came of the appointment."""

    name = ChoiceField(AT_APPOINTMENT)


class Report(Body):
    """All that comes from the site of one case, at one time."""

    number = NumberedField(max_length=20)
    appointment = WholeField(required=False, allow_null=True, default=None)
    phone_at = InstantField(help_text=_("What the phone said that it was: kept as a remark."))
    case_act = ActOfCase(required=False, allow_null=True, default=None)
    appointment_act = ActOfAppointment(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["appointment_act"] and attrs["appointment"] is None:
            raise serializers.ValidationError({"appointment": [_("Say of which appointment.")]})
        return attrs


class TakingAlong(Body):
    """A case whose meter is to be fitted today."""

    number = NumberedField(
        max_length=20,
        label=_("Number of the case"),
        help_text=_("A case whose meter is to be fitted, and that you may energise."),
    )
