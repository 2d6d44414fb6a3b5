"""The form of a charge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import form_of
from core.templatetags.city import money
from money.charges.serializers import AFFILIATED, AMOUNT_HELP, NewCharge
from money.queries import fees_in_force, payees_in_force


def items() -> list[tuple[str, Any]]:
    """Nothing else can be chosen than what is in force today."""
    found = (
        (item.code, f"{item.code} {item.item} · {money(item.rate)} / {item.unit}")
        for item in fees_in_force()
    )
    return [("", _("Choose")), *found]


def payees() -> list[tuple[str, Any]]:
    """Nobody else can be chosen than who is declared today."""
    found = (
        (one.code, f"{one.name} · {AFFILIATED}" if one.affiliated else one.name)
        for one in payees_in_force()
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
        "payee": forms.ChoiceField(
            label=_("Who is paid"),
            help_text=_(
                "Whoever the supply company has declared. A charge to an affiliate is shown to "
                "applicant and regulator at once."
            ),
            choices=payees,
        ),
        "amount_yuan": forms.CharField(
            label=_("Amount"),
            help_text=AMOUNT_HELP,
            required=False,
            widget=forms.TextInput(attrs={"class": "td-input--width-10", "inputmode": "decimal"}),
        ),
    },
)
