"""What narrows lists of patrols and defects."""

from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from core.clock import city_now, end_of, local_date
from core.filters import ALL, PageFilter
from reliability.patrols.bodies import Severity
from reliability.patrols.workflow import DefectState, PatrolState
from rules.filters import NO_STATE, NOTHING, district_filter

PATROL_STATES: Final = [each for each in PatrolState.choices if each[0] != PatrolState.NEW]
DEFECT_STATES: Final = [each for each in DefectState.choices if each[0] != DefectState.NEW]
OPEN: Final = Q(state__in=[DefectState.FOUND, DefectState.WORKS])


def due_now() -> Q:
    """From the day on which it is due."""
    return Q(state=PatrolState.ACTIVE, late_from__lte=end_of(local_date(city_now())))


class PatrolFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    state = ChoiceFilter(choices=PATROL_STATES, error_messages=NO_STATE)
    district = district_filter()


class PatrolListFilter(PageFilter):
    """For pages: those that go on where nothing else is asked for."""

    show = ChoiceFilter(
        label=_("Show"),
        empty_label=None,
        choices=[("active", _("Going on")), ("due", _("Due now")), ("ended", _("Ended ones"))],
        method="shown",
    )
    district = district_filter()

    def shown(self, found: QuerySet[Any], _name: str, _wanted: str) -> QuerySet[Any]:
        return found

    def filter_queryset(self, found: QuerySet[Any]) -> QuerySet[Any]:
        left: QuerySet[Any] = super().filter_queryset(found)
        wanted = self.form.wanted("show") or "active"
        return left.filter(due_now() if wanted == "due" else Q(state=wanted))


class DefectFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    state = ChoiceFilter(choices=DEFECT_STATES, error_messages=NO_STATE)
    severity = ChoiceFilter(choices=Severity.choices, error_messages=NOTHING)
    district = district_filter()


class DefectListFilter(PageFilter):
    """For pages: open ones by the day, mended ones newest first."""

    show = ChoiceFilter(
        label=_("Show"),
        empty_label=None,
        choices=[("open", _("Open")), ("mended", _("Mended ones"))],
        method="shown",
    )
    severity = ChoiceFilter(label=_("How bad it is"), empty_label=ALL, choices=Severity.choices)
    district = district_filter()

    @property
    def mended(self) -> bool:
        return bool(self.form.wanted("show") == "mended")

    @property
    def order(self) -> tuple[str, ...]:
        return ("-id",) if self.mended else ("late_from", "id")

    def shown(self, found: QuerySet[Any], _name: str, _wanted: str) -> QuerySet[Any]:
        return found

    def filter_queryset(self, found: QuerySet[Any]) -> QuerySet[Any]:
        left: QuerySet[Any] = super().filter_queryset(found)
        return left.filter(state=DefectState.MENDED) if self.mended else left.filter(OPEN)
