"""What narrows the list of differences; all of it by GET."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter, FilterSet

from core.filters import ALL, PageFilter
from core.paging import NEWEST_FIRST
from money.reconciliation.models import Difference
from rules.filters import NO_STATE, NOTHING, district_filter

State = Difference.State
EVERYTHING = "all"


class DifferenceFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    state = ChoiceFilter(choices=State.choices, error_messages=NO_STATE)
    kind = ChoiceFilter(choices=Difference.Kind.choices, error_messages=NOTHING)
    district = district_filter()


class ListFilter(PageFilter):
    """For the pages; open ones where no state is asked for."""

    state = ChoiceFilter(
        label=_("State"),
        empty_label=pgettext_lazy("difference", "Open"),
        choices=[*State.choices[1:], (EVERYTHING, ALL)],
        method="at",
    )
    kind = ChoiceFilter(label=_("What differs"), empty_label=ALL, choices=Difference.Kind.choices)
    district = district_filter()

    order = NEWEST_FIRST

    def at(self, found: QuerySet[Difference], _name: str, _state: str) -> QuerySet[Difference]:
        """Narrowed once, whether anything is asked for or not."""
        return found

    def filter_queryset(self, queryset: QuerySet[Difference]) -> QuerySet[Difference]:
        found: QuerySet[Difference] = super().filter_queryset(queryset)
        state = self.form.wanted("state")
        return found if state == EVERYTHING else found.filter(state=state or State.OPEN)
