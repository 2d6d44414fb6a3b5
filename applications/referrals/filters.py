"""What narrows the lists of referrals."""

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from applications.referrals.queries import Referrals
from applications.referrals.workflow import ReferralState
from core.filters import PageFilter
from rules.filters import NO_STATE

OPEN, ENDED = "open", "ended"


class ReferralFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    state = ChoiceFilter(choices=ReferralState.choices, error_messages=NO_STATE)


class ListFilter(PageFilter):
    """For the page; those without an answer where no state is asked for."""

    state = ChoiceFilter(
        label=_("State"),
        empty_label=None,
        choices=[(OPEN, _("Not confirmed yet")), (ENDED, _("Ended"))],
        method="at",
    )

    @property
    def ended(self) -> bool:
        return bool(self.form.wanted("state") == ENDED)

    @property
    def order(self) -> tuple[str, ...]:
        """Without an answer: whose days pass first; else the newest first."""
        return ("-id",) if self.ended else ("remind_at", "id")

    def at(self, found: Referrals, _name: str, _state: str) -> Referrals:
        return found

    def filter_queryset(self, found: Referrals) -> Referrals:
        left: Referrals = super().filter_queryset(found)
        return left.filter(remind_at__isnull=self.ended)
