"""What narrows their lists; all of it by GET. Each declares its own `state`, which stands where the
base has one: a filter that only the subclass had would be the last of the form."""

from typing import Any, ClassVar, Final, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from core.filters import PageFilter, TruthFilter
from core.paging import NEWEST_FIRST
from core.problems import Text
from deadlines.queries import BY_TIME_LEFT
from rules.filters import NO_STATE, district_filter
from workflow.clocked.queries import OPEN, Clocked

M = TypeVar("M", bound=Model)
LATE: Final = "late"


class ClockedFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    clocked: ClassVar[Clocked]
    state = ChoiceFilter(choices=(), error_messages=NO_STATE)
    district = district_filter()
    late = TruthFilter(method="in_time_or_late")

    def in_time_or_late(self, found: QuerySet[M], _name: str, wanted: Any) -> QuerySet[M]:
        passed = self.clocked.late(found)
        return passed if wanted else found.exclude(pk__in=passed.values("pk"))


def state_filter(*ended: tuple[str, Text]) -> ChoiceFilter:
    """Of a page; `ended` are the states in which they have ended, and what each is called."""
    choices = [(OPEN, _("Open")), (LATE, _("Open and late")), *ended]
    return ChoiceFilter(label=_("State"), empty_label=None, choices=choices, method="at")


class ClockedListFilter(PageFilter):
    """For the page; open ones where no state is asked for."""

    clocked: ClassVar[Clocked]
    state = ChoiceFilter(choices=(), method="at")
    district = district_filter()

    @property
    def ended(self) -> bool:
        return self.form.wanted("state") in self.clocked.ended_in

    @property
    def order(self) -> tuple[str, ...]:
        """Open ones by the time left, ended ones newest first."""
        return NEWEST_FIRST if self.ended else BY_TIME_LEFT

    def at(self, found: QuerySet[M], _name: str, state: str) -> QuerySet[M]:
        return self.clocked.late(found) if state == LATE else found

    def filter_queryset(self, found: QuerySet[M]) -> QuerySet[M]:
        left: QuerySet[M] = super().filter_queryset(found)
        if self.ended:
            return left.filter(state=self.form.wanted("state"))
        return self.clocked.by_time_left(self.clocked.opened(left))
