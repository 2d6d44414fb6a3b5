"""What narrows the lists of follow-ups; all of it by GET."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from applications.follow_ups import queries
from applications.follow_ups.queries import FollowUps
from applications.follow_ups.workflow import FollowUpState
from approvals.filters import NO_STATE, district_filter
from core.filters import PageFilter, TruthFilter
from deadlines.queries import BY_TIME_LEFT

LATE = "late"


class FollowUpFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    state = ChoiceFilter(choices=FollowUpState.choices, error_messages=NO_STATE)
    district = district_filter()
    late = TruthFilter(method="in_time_or_late")

    def in_time_or_late(self, found: FollowUps, _name: str, wanted: Any) -> FollowUps:
        passed = queries.late(found)
        return passed if wanted else found.exclude(pk__in=passed.values("pk"))


class ListFilter(PageFilter):
    """For the page; open ones where no state is asked for."""

    state = ChoiceFilter(
        label=_("State"),
        empty_label=None,
        choices=[
            (FollowUpState.OPEN.value, _("Open")),
            (LATE, _("Open and late")),
            (FollowUpState.CLOSED.value, _("Closed")),
        ],
        method="at",
    )
    district = district_filter()

    @property
    def closed(self) -> bool:
        return bool(self.form.wanted("state") == FollowUpState.CLOSED)

    @property
    def order(self) -> tuple[str, ...]:
        """Open ones by the time left, closed ones newest first."""
        return queries.NEWEST_FIRST if self.closed else BY_TIME_LEFT

    def at(self, found: FollowUps, _name: str, state: str) -> FollowUps:
        return queries.late(found) if state == LATE else found

    def filter_queryset(self, found: FollowUps) -> FollowUps:
        left: FollowUps = super().filter_queryset(found)
        if self.closed:
            return left.filter(state=FollowUpState.CLOSED)
        return queries.by_time_left(queries.opened(left))
