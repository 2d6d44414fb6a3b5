"""What narrows the lists of enquiries; all of it by GET."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from applications.enquiries import queries
from applications.enquiries.queries import Enquiries
from applications.enquiries.workflow import EnquiryState
from approvals.filters import NO_STATE, district_filter
from core.filters import PageFilter, TruthFilter
from deadlines.queries import BY_TIME_LEFT

LATE = "late"


class EnquiryFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    state = ChoiceFilter(choices=EnquiryState.choices, error_messages=NO_STATE)
    district = district_filter()
    late = TruthFilter(method="in_time_or_late")

    def in_time_or_late(self, found: Enquiries, _name: str, wanted: Any) -> Enquiries:
        passed = queries.late(found)
        return passed if wanted else found.exclude(pk__in=passed.values("pk"))


class ListFilter(PageFilter):
    """For the page; open ones where no state is asked for."""

    state = ChoiceFilter(
        label=_("State"),
        empty_label=None,
        choices=[
            (EnquiryState.OPEN.value, _("Open")),
            (LATE, _("Open and late")),
            (EnquiryState.ANSWERED.value, EnquiryState.ANSWERED.label),
        ],
        method="at",
    )
    district = district_filter()

    @property
    def answered(self) -> bool:
        return bool(self.form.wanted("state") == EnquiryState.ANSWERED)

    @property
    def order(self) -> tuple[str, ...]:
        """Open ones by the time left, answered ones newest first."""
        return queries.NEWEST_FIRST if self.answered else BY_TIME_LEFT

    def at(self, found: Enquiries, _name: str, state: str) -> Enquiries:
        return queries.late(found) if state == LATE else found

    def filter_queryset(self, found: Enquiries) -> Enquiries:
        left: Enquiries = super().filter_queryset(found)
        if self.answered:
            return left.filter(state=EnquiryState.ANSWERED)
        return queries.by_time_left(queries.opened(left))
