"""What narrows the lists of checks; all of it by GET."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from approvals.commitments.models import to_check
from approvals.commitments.queries import Commitments, by_time_left, late
from core.filters import ALL, PageFilter
from deadlines.queries import BY_TIME_LEFT
from rules.city import city
from rules.filters import district_filter

LATE, BROKEN, CHECKED = "late", "broken", "checked"
NEWEST: Final = ("-checked_at", "-id")


class ChecksFilter(PageFilter):
    """What is to be checked unless something else is asked for."""

    show = ChoiceFilter(
        label=_("Show"),
        empty_label=_("To be checked"),
        choices=[
            (LATE, _("To be checked and late")),
            (CHECKED, _("Checked")),
            (BROKEN, _("Not kept")),
        ],
        method="shown",
    )
    bureau = ChoiceFilter(
        label=_("Bureau"),
        empty_label=ALL,
        choices=lambda: [(each.code, each.name) for each in city().bureaus],
    )
    district = district_filter()

    def __init__(self, data: Any, queryset: Commitments, *, bureaus: int) -> None:
        """`bureaus`: of how many the person's list has checks; of one there is no choice."""
        super().__init__(data, queryset)
        if bureaus < 2:
            del self.filters["bureau"]

    @property
    def order(self) -> tuple[str, ...]:
        """By the time left; what was checked, the newest first."""
        return NEWEST if self.form.wanted("show") in (CHECKED, BROKEN) else BY_TIME_LEFT

    def filter_queryset(self, queryset: Commitments) -> Commitments:
        found: Commitments = super().filter_queryset(queryset)
        if self.form.wanted("show") in (CHECKED, BROKEN):
            return found
        return by_time_left(to_check(found))

    def shown(self, found: Commitments, _name: str, show: str) -> Commitments:
        if show == LATE:
            return late(found)
        checked = found.filter(checked_at__isnull=False)
        return checked.filter(kept=False) if show == BROKEN else checked
