"""The form of a charge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import form_of, yes_or_no
from core.templatetags.city import money
from money.queries import fees_in_force
from money.serializers import NewCharge


def items() -> list[tuple[str, Any]]:
    """Nothing else can be chosen than what is in force today."""
    found = (
        (item.code, f"{item.code} {item.item} · {money(item.rate)} / {item.unit}")
        for item in fees_in_force()
    )
    return [("", _("Choose")), *found]


ChargeForm = form_of(
    NewCharge,
    controls={
        "fee_item": forms.ChoiceField(label=_("Item of the catalogue"), choices=items),
        "quantity": forms.CharField(
            label=_("Quantity"),
            help_text=_("In the unit of the item."),
            widget=forms.TextInput(attrs={"class": "td-input--width-10", "inputmode": "decimal"}),
        ),
        "payee_affiliated": yes_or_no(
            label=_("Is the payee affiliated with the supply company?"),
            help_text=_("Affiliates are declared and shown to the regulator."),
        ),
    },
)
