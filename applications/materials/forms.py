"""The form of an order; and of the number of the meter, which an order may have brought."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from applications.materials.queries import delivered_meters
from applications.materials.serializers import NewMaterialOrder
from applications.models import Application
from applications.plans.queries import open_lines
from applications.serializers import Meter
from applications.states import HIGH
from core.forms import form_of
from rules.materials import Item, material_rules


class MaterialOrderForm(form_of(NewMaterialOrder)):  # type: ignore[misc]
    """What can be ordered for a case as choices, at high voltage with the lines it can be for."""

    def __init__(self, case: Application, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        lines = open_lines(case) if case.kind in HIGH else []
        known = material_rules().of_voltage(case.voltage)
        if case.kind in HIGH and not lines:
            known = [item for item in known if item.meter]
        words = [(item.code, _("%(name)s (%(unit)s)") % _words(item)) for item in known]
        self.fields["item"] = forms.ChoiceField(
            label=self.fields["item"].label, choices=[("", _("Choose one")), *words]
        )
        if not lines:
            del self.fields["line"]
            return
        numbered = [(line.number, f"{line.number}. {line.item}") for line in lines]
        self.fields["line"] = forms.TypedChoiceField(
            label=self.fields["line"].label,
            choices=[("", _("For none: it is a meter")), *numbered],
            coerce=int,
            empty_value=None,
            required=False,
        )


def _words(item: Item) -> dict[str, str]:
    return {"name": str(item.name), "unit": str(item.unit)}


class EnergiseForm(form_of(Meter)):  # type: ignore[misc]
    """The number of a meter that was delivered for the case is there already: who energises
    compares it with the one that runs."""

    def __init__(self, case: Application, data: Mapping[str, Any] | None = None) -> None:
        numbers = delivered_meters(case)
        super().__init__(data, initial={"meter_number": numbers[0]} if numbers else None)
        if numbers:
            text = _("Delivered for this case: %(numbers)s. Compare it with the meter that runs.")
            self.fields["meter_number"].help_text = text % {"numbers": ", ".join(numbers)}
