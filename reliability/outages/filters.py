"""What narrows lists of outages."""

from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from core.filters import ALL, PageFilter
from reliability.outages.kinds import OutageKind
from reliability.outages.queries import SHOWN, by_words
from rules.filters import NOTHING, district_filter

WHEN: Final = [
    ("now", _("Power off now")),
    ("planned", _("Announced")),
    ("past", _("Over")),
]


class OutageFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    show = ChoiceFilter(choices=WHEN, method="shown", error_messages=NOTHING)
    kind = ChoiceFilter(choices=OutageKind.choices, error_messages=NOTHING)
    district = district_filter()
    q = CharFilter(method="worded", max_length=60)

    def shown(self, found: QuerySet[Any], _name: str, wanted: str) -> QuerySet[Any]:
        return found.filter(SHOWN[wanted][0])

    def worded(self, found: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        return by_words(found, words)


class ListFilter(PageFilter):
    """For pages: what is off now where nothing else is asked for."""

    show = ChoiceFilter(label=_("Show"), empty_label=None, choices=WHEN, method="shown")
    kind = ChoiceFilter(label=_("Kind of outage"), empty_label=ALL, choices=OutageKind.choices)
    district = district_filter()
    q = CharFilter(label=_("Street, village or outage number"), method="worded", max_length=60)

    @property
    def wanted(self) -> str:
        return self.form.wanted("show") or "now"

    @property
    def order(self) -> tuple[str, ...]:
        return SHOWN[self.wanted][1]

    def shown(self, found: QuerySet[Any], _name: str, _wanted: str) -> QuerySet[Any]:
        return found

    def worded(self, found: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        return by_words(found, words)

    def filter_queryset(self, found: QuerySet[Any]) -> QuerySet[Any]:
        left: QuerySet[Any] = super().filter_queryset(found)
        return left.filter(SHOWN[self.wanted][0])
