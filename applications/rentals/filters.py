"""What narrows the lists of rentals."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter, FilterSet

from applications.rentals.models import RentalQuerySet
from applications.rentals.queries import late
from applications.rentals.workflow import RentalState
from core.filters import PageFilter
from rules.filters import NO_STATE, district_filter

OPEN, LATE, ENDED = "open", "late", "ended"


class RentalFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    state = ChoiceFilter(choices=RentalState.choices, error_messages=NO_STATE)
    district = district_filter()


class ListFilter(PageFilter):
    """For the page; open ones where no state is asked for."""

    state = ChoiceFilter(
        label=_("State"),
        empty_label=None,
        choices=[
            (OPEN, pgettext_lazy("rental", "Open")),
            (RentalState.ASKED, _("To be confirmed or declined")),
            (RentalState.HANDED_OVER, RentalState.HANDED_OVER.label),
            (LATE, _("Not returned in time")),
            (ENDED, pgettext_lazy("rental", "Ended")),
        ],
        method="at",
    )
    district = district_filter()

    @property
    def ended(self) -> bool:
        return bool(self.form.wanted("state") == ENDED)

    @property
    def order(self) -> tuple[str, ...]:
        """By the day on which something is to be done, ended ones newest first."""
        return ("-id",) if self.ended else ("due_at", "id")

    def at(self, found: RentalQuerySet, _name: str, state: str) -> RentalQuerySet:
        if state == LATE:
            return late(found)
        return found.filter(state=state) if state in RentalState.values else found

    def filter_queryset(self, found: RentalQuerySet) -> RentalQuerySet:
        left: RentalQuerySet = super().filter_queryset(found)
        return left.filter(due_at__isnull=self.ended)
