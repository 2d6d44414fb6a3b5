"""How pages ask for an approval, and for the roads that a line digs."""

from collections.abc import Iterable
from typing import Final

from django import forms
from django.utils.translation import gettext as _

from approvals.roads.approving import ApprovalBody
from approvals.roads.models import Road
from core.templatetags.city import day

FIELDS: Final = ApprovalBody().fields
#: What is not asked as its kind of value usually is.
APPROVAL_CONTROLS: Final[dict[str, forms.Field]] = {
    "approved_on": forms.DateField(
        label=FIELDS["approved_on"].label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    ),
    "approved_roads": forms.MultipleChoiceField(
        label=FIELDS["approved_roads"].label, widget=forms.CheckboxSelectMultiple
    ),
}


def choices_of(roads: Iterable[Road]) -> list[tuple[str, str]]:
    """By their numbers; each with its last closed day."""
    return [(road.number, road_words(road)) for road in roads]


def road_words(road: Road) -> str:
    values = {"road": road, "number": road.number, "day": day(road.closed_until)}
    return _("%(road)s (%(number)s), until %(day)s") % values
