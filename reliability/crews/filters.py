"""What narrows lists of repair crews."""

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from core.filters import ALL, PageFilter
from reliability.crews.workflow import CrewState
from rules.filters import NO_STATE, district_filter

STATES = [each for each in CrewState.choices if each[0] != CrewState.NEW]


class CrewFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    state = ChoiceFilter(choices=STATES, error_messages=NO_STATE)
    district = district_filter()


class CrewListFilter(PageFilter):
    """For pages."""

    state = ChoiceFilter(label=_("State"), empty_label=ALL, choices=STATES)
    district = district_filter()
