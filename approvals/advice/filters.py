"""What narrows the lists of advice."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from approvals.advice.queries import BY_ASKING, Advices, waiting
from approvals.advice.workflow import AdviceState
from core.filters import PageFilter
from rules.filters import NO_STATE, district_filter

NEWEST_ANSWER: Final = ("-ended_at", "-id")


class DeskAdviceFilter(PageFilter):
    """For a bureau's page: what waits for it, unless what it has answered is asked for."""

    show = ChoiceFilter(
        method="shown",
        label=_("Show"),
        empty_label=_("Waits for an answer"),
        choices=[("answered", AdviceState.ANSWERED.label)],
    )
    district = district_filter()

    @property
    def order(self) -> tuple[str, ...]:
        """As they were asked; what is answered, the newest first."""
        return NEWEST_ANSWER if self.form.wanted("show") else BY_ASKING

    def filter_queryset(self, queryset: Advices) -> Any:
        found = super().filter_queryset(queryset)
        return found if self.form.wanted("show") else waiting(found)

    def shown(self, found: Advices, _name: str, _value: str) -> Advices:
        return found.filter(state=AdviceState.ANSWERED)


class AdviceFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    state = ChoiceFilter(choices=AdviceState.choices, error_messages=NO_STATE)
    application = CharFilter()
