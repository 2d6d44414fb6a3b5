"""What narrows lists of cases, for programs and on the work list; all of it by GET."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from applications import lists
from applications.assignments.queries import mine
from applications.models import Application
from applications.queries import awaits
from applications.states import ENDED, Holder, State
from applications.waiting.queries import LONGEST_FIRST, closable
from applications.work import queries
from core.filters import ALL, FilterForm, PageFilter, TruthFilter, numbered
from rules.city import city
from rules.filters import NO_STATE, NOTHING, district_filter
from rules.names import Kind

FOLDED = ("state", "kind", "district", "town")


class CaseFilter(FilterSet):  # type: ignore[misc]
    state = ChoiceFilter(choices=State.choices, error_messages=NO_STATE)
    kind = ChoiceFilter(choices=[(str(kind), str(kind)) for kind in Kind], error_messages=NOTHING)
    holder = ChoiceFilter(choices=Holder.choices, error_messages=NOTHING)
    district = district_filter()
    closable = TruthFilter(method="closable_or_not")

    def closable_or_not(
        self,
        cases: QuerySet[Application],
        _name: str,
        wanted: bool,  # noqa: FBT001
    ) -> Any:
        return cases.filter(closable()) if wanted else cases.exclude(closable())


class QueueForm(FilterForm):
    @property
    def folded(self) -> bool:
        """Whether the choices below the search field may stay folded."""
        return not any(self.wanted(name) or self[name].errors for name in FOLDED)

    @property
    def ended(self) -> bool:
        return self.wanted("state") in ENDED


class QueueFilter(PageFilter):
    """For whom the case waits, and whether it is late, are chosen by the counts above the list."""

    class Meta:
        form = QueueForm

    q = CharFilter(
        method="numbered",
        label=_("Number of the case or the meter"),
        max_length=40,
        widget=forms.TextInput(attrs={"data-rows-search": True, "class": "td-input--width-10"}),
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=ALL,
        # Drafts are nobody's work yet.
        choices=[(state.value, state.label) for state in State if state != State.DRAFT],
    )
    kind = ChoiceFilter(
        label=_("Kind"),
        empty_label=ALL,
        choices=lambda: [(each.code, each.name) for each in city().kinds],
    )
    district = district_filter()
    town = ChoiceFilter(
        label=_("Town"),
        empty_label=ALL,
        choices=lambda: [
            (str(each.name), [(town.code, town.name) for town in each.townships])
            for each in city().districts
        ],
    )
    holder = ChoiceFilter(method="awaiting", choices=Holder.choices, widget=forms.HiddenInput)
    mine = ChoiceFilter(method="only_mine", choices=[("1", "")], widget=forms.HiddenInput)
    late = ChoiceFilter(method="only_late", choices=[("1", "")], widget=forms.HiddenInput)

    closable = ChoiceFilter(method="only_closable", choices=[("1", "")], widget=forms.HiddenInput)

    @property
    def order(self) -> tuple[str, ...]:
        """Open cases by time left, late ones and those that may be closed the longest first, ended
        ones newest first."""
        if self.form.ended:
            return lists.ENDED_ORDER
        if self.form.wanted("closable"):
            return LONGEST_FIRST
        return lists.LATE_ORDER if self.form.wanted("late") else lists.OPEN_ORDER

    def filter_queryset(self, queryset: QuerySet[Application]) -> Any:
        # Nobody is awaited in an ended case, none is late any more, and nobody has it.
        waiting = any(self.form.wanted(name) for name in ("holder", "late", "mine", "closable"))
        return queryset.none() if self.form.ended and waiting else super().filter_queryset(queryset)

    def numbered(self, cases: QuerySet[Application], _name: str, number: str) -> Any:
        return cases.filter(numbered("number", number))

    def awaiting(self, cases: QuerySet[Application], _name: str, party: str) -> Any:
        return cases.filter(awaits(Holder(party)))

    def only_mine(self, cases: QuerySet[Application], _name: str, _value: str) -> Any:
        return cases.filter(mine(self.request.user))

    def only_late(self, cases: QuerySet[Application], _name: str, _value: str) -> Any:
        return queries.late(cases)

    def only_closable(self, cases: QuerySet[Application], _name: str, _value: str) -> Any:
        return cases.filter(closable())
