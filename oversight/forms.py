"""Forms of findings and orders: a new order, the words of each step; and which rules are listed."""

from typing import Final

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.filters import FilterForm
from core.forms import BodyForm, form_of
from oversight import serializers as bodies
from oversight.addressees import addressees
from oversight.loaded import CALENDAR, RULES
from oversight.models import Finding, RectificationOrder
from oversight.serializers import bounds
from rules.city import city
from rules.registry import policy
from workflow.machine import acts_of


class LoadedFilter(FilterForm):
    """Whether calendars or rules are listed; calendars where nothing is asked for."""

    of = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[(CALENDAR, _("Working-day calendars")), (RULES, _("Rules of the city"))],
    )

    @property
    def kind(self) -> str:
        return self.wanted("of") or CALENDAR


def bounds_words() -> str:
    allowed = bounds(policy())
    return gettext("Between %(least)s and %(most)s (%(clause)s).") % {
        "least": allowed.least, "most": allowed.most, "clause": allowed.clause,
    }  # fmt: skip


DAYS: Final = forms.IntegerField(
    label=_("Working days"),
    help_text=lazy(bounds_words, str)(),
    initial=lambda: bounds(policy()).usual,
    widget=forms.NumberInput(attrs={"class": "td-input--width-3"}),
)
CHOOSE: Final = ("", _("Please choose"))
#: Who is to put it right is never chosen beforehand: that is the word of whoever issues it.
PARTY: Final = forms.ChoiceField(label=_("Addressee"), choices=lambda: [CHOOSE, *addressees()])
NewOrderForm: Final = form_of(
    bodies.NewOrder,
    rows=6,
    controls={
        "party": PARTY,
        "district": forms.ChoiceField(
            label=_("District"), choices=lambda: [CHOOSE, *city().district_choices]
        ),
        "permit": forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput),
        "days": DAYS,
    },
)
#: The form of each act that people take; no act of one machine has a name of the other's.
FORMS: Final[dict[str, type[BodyForm]]] = {
    name: form_of(
        said.body,
        rows=4 if name == "close" else 6,
        files=said.files,
        controls={"party": PARTY, "days": DAYS},
    )
    for machine in (Finding, RectificationOrder)
    for name, said in acts_of(machine).items()
    if said.who
}
