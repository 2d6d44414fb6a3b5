"""What narrows the work list; all of it stands in the address of the page."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.work.queries import is_late
from applications.workflow import ENDED, Holder, State
from rules.city import city

ANY = ("", _("All"))
FOLDED = ("state", "kind", "district")
#: Drafts are nobody's work yet.
SHOWN = [(state.value, state.label) for state in State if state != State.DRAFT]


def kinds() -> list[tuple[str, Any]]:
    """Return the kinds by the names that the city's rules give them."""
    return [ANY, *((kind.code, kind.name) for kind in city().kinds)]


def districts() -> list[tuple[str, Any]]:
    """Return the districts of the city."""
    return [ANY, *((district.code, district.name) for district in city().districts)]


class QueueFilter(forms.Form):
    """The filters of the list, by GET; a value that does not exist is refused under its field.

    Who holds the case, and whether it is late, are chosen by the counts above the list.
    """

    q = forms.CharField(
        label=_("Number"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"data-rows-search": True, "class": "td-input--width-10"}),
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *SHOWN])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=kinds)
    district = forms.ChoiceField(label=_("District"), required=False, choices=districts)
    holder = forms.ChoiceField(
        required=False, choices=[ANY, *Holder.choices], widget=forms.HiddenInput
    )
    late = forms.ChoiceField(required=False, choices=[ANY, ("1", "")], widget=forms.HiddenInput)

    @property
    def active(self) -> bool:
        """Whether anything narrows the list."""
        return any(self.wanted(name) for name in self.fields)

    @property
    def folded(self) -> bool:
        """Whether the choices below the search field may stay folded."""
        return not any(self.wanted(name) or self[name].errors for name in FOLDED)

    @property
    def ended(self) -> bool:
        """Whether the list is of ended cases: those have another order."""
        return self.wanted("state") in ENDED

    def wanted(self, name: str) -> str:
        """Return the value of a filter; empty where none, or one that does not exist."""
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))

    def narrow(self, cases: QuerySet[Application]) -> QuerySet[Application]:
        """Return the cases that the filters leave."""
        for name in ("holder", "state", "kind", "district"):
            if value := self.wanted(name):
                cases = cases.filter(**{name: value})
        if number := self.wanted("q"):
            cases = cases.filter(Q(number__iendswith=number) | Q(number__istartswith=number))
        return cases.filter(is_late()) if self.wanted("late") else cases
