"""What narrows lists of suggestions and of what is to be clarified."""

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter, FilterSet

from core.filters import ALL, PageFilter
from reliability.monitoring.kinds import Problem
from reliability.monitoring.workflow import STATES, SuggestionState
from rules.filters import NO_STATE, NOTHING, district_filter


class SuggestionFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    state = ChoiceFilter(choices=STATES, error_messages=NO_STATE)
    district = district_filter()


class SuggestionListFilter(PageFilter):
    """For pages: what waits where nothing else is asked for."""

    show = ChoiceFilter(
        label=_("Show"),
        empty_label=None,
        choices=[
            (SuggestionState.WAITING.value, SuggestionState.WAITING.label),
            ("decided", pgettext_lazy("suggestion", "Decided")),
        ],
        method="shown",
    )
    district = district_filter()

    def shown(self, found: QuerySet[Any], _name: str, _wanted: str) -> QuerySet[Any]:
        return found

    def filter_queryset(self, found: QuerySet[Any]) -> QuerySet[Any]:
        left: QuerySet[Any] = super().filter_queryset(found)
        waits = Q(state=SuggestionState.WAITING)
        return left.filter(~waits if self.form.wanted("show") == "decided" else waits)


def _systems() -> list[tuple[str, str]]:
    return [(code, code) for code in sorted(settings.MONITORING_SECRETS)]


class UnclearFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    system = ChoiceFilter(choices=_systems, error_messages=NOTHING)
    problem = ChoiceFilter(choices=Problem.choices, error_messages=NOTHING)


class UnclearListFilter(PageFilter):
    """For pages."""

    system = ChoiceFilter(label=_("System"), empty_label=ALL, choices=_systems)
    problem = ChoiceFilter(label=_("What is unclear"), empty_label=ALL, choices=Problem.choices)
