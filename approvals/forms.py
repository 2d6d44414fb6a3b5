"""Forms of the bureau's pages: the filters of the list, and the steps that ask for words."""

from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from approvals import queries
from approvals.models import Permit
from approvals.wording import GROUNDS
from approvals.workflow import DECIDED, State
from core.bodies import Empty
from core.forms import form_of
from rules.city import city
from workflow.machine import acts_of

ANY: Final = ("", _("All"))
WAITING, SUPPLIER, DONE, EVERY = "", "supplier", "decided", "all"


def permit_choices() -> list[tuple[str, Any]]:
    """Return the permits by the names that the city's rules give them."""
    return [ANY, *((permit.code, permit.name) for permit in city().permits)]


def bureau_choices() -> list[tuple[str, Any]]:
    """Return the bureaus of the city."""
    return [ANY, *((bureau.code, bureau.name) for bureau in city().bureaus)]


def district_choices() -> list[tuple[str, Any]]:
    """Return the districts of the city."""
    return [ANY, *((district.code, district.name) for district in city().districts)]


class DeskFilter(forms.Form):
    """What narrows a bureau's list, by GET; a value that does not exist narrows nothing."""

    q = forms.CharField(
        label=_("Number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"data-rows-search": True, "class": "td-input--width-10"}),
    )
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            (WAITING, _("Waiting for a bureau")),
            (SUPPLIER, _("Waiting for the supply company")),
            (DONE, _("Decided")),
            (EVERY, _("All")),
        ],
    )
    bureau = forms.ChoiceField(label=_("Bureau"), required=False, choices=bureau_choices)
    permit = forms.ChoiceField(label=_("Permit"), required=False, choices=permit_choices)
    district = forms.ChoiceField(label=_("District"), required=False, choices=district_choices)
    late = forms.ChoiceField(label=_("Time"), required=False, choices=[ANY, ("1", _("Late only"))])

    @property
    def active(self) -> bool:
        """Whether anything narrows the list further than usual."""
        return any(self.wanted(name) for name in self.fields)

    def wanted(self, name: str) -> str:
        """Return the value of a filter; empty where none, or one that does not exist."""
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))

    def narrow(self, permits: QuerySet[Permit]) -> QuerySet[Permit]:
        """Return the permits that the filters leave."""
        permits = self._shown(permits)
        for name in ("bureau", "permit", "district"):
            if value := self.wanted(name):
                permits = permits.filter(**{name: value})
        if number := self.wanted("q"):
            permits = permits.filter(line_works__application__icontains=number)
        return queries.late(permits) if self.wanted("late") else permits

    def _shown(self, permits: QuerySet[Permit]) -> QuerySet[Permit]:
        show = self.wanted("show")
        if show == SUPPLIER:
            waiting = [State.AWAITING_SUPPLEMENT, State.AWAITING_COMMITMENT]
            return permits.filter(state__in=waiting)
        if show == DONE:
            return permits.filter(state__in=sorted(DECIDED))
        return permits if show == EVERY else queries.waiting(permits)


GROUND: Final = forms.ChoiceField(
    label=_("Ground"), choices=[("", _("Choose one")), *GROUNDS.items()]
)
#: The form of each act that asks for something.
FORMS: Final = {
    name: form_of(said.body, controls={"ground": GROUND} if name == "exclude_time" else None)
    for name, said in acts_of(Permit).items()
    if said.who and said.body is not Empty
}
