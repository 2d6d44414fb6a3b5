"""What narrows the lists of findings, of orders and of what is late; all of it by GET."""

from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter, FilterSet

from core.filters import ALL, PageFilter, TruthFilter
from core.paging import NEWEST_FIRST
from deadlines.models import Clock
from deadlines.queries import BY_TIME_LEFT
from money.filters import PayeeFilter
from oversight import late, orders
from oversight.addressees import addressees, parties
from oversight.detectors import DETECTORS
from oversight.lists import period_filter
from oversight.models import RectificationOrder
from oversight.workflow import FindingState, OrderState
from rules.filters import NO_STATE, NOTHING, district_filter

Orders = QuerySet[RectificationOrder]

LATE: Final = "late"


class FindingFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    sign = ChoiceFilter(
        field_name="detector", choices=[(code, code) for code in DETECTORS], error_messages=NOTHING
    )
    state = ChoiceFilter(choices=FindingState.choices, error_messages=NO_STATE)
    party = ChoiceFilter(choices=parties, error_messages=NOTHING)
    district = district_filter()


class OrderFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    state = ChoiceFilter(choices=OrderState.choices, error_messages=NO_STATE)
    party = ChoiceFilter(choices=addressees, error_messages=NOTHING)
    district = district_filter()
    late = TruthFilter(method="in_time_or_late")

    def in_time_or_late(self, found: Orders, _name: str, wanted: bool) -> Orders:  # noqa: FBT001
        return orders.late(found) if wanted else orders.not_late(found)


class WatchedFindings(PageFilter):
    """For the page of those who watch."""

    sign = ChoiceFilter(
        field_name="detector",
        label=pgettext_lazy("signal", "Finding"),
        empty_label=ALL,
        choices=lambda: [(each.code, each.name) for each in DETECTORS.values()],
    )
    state = ChoiceFilter(label=_("State"), empty_label=ALL, choices=FindingState.choices)
    party = ChoiceFilter(label=_("Who explains"), empty_label=ALL, choices=parties)
    district = district_filter()

    order = NEWEST_FIRST


class OwnFindings(WatchedFindings):
    party = None


class WatchedOrders(PageFilter):
    """For the page of those who watch; open ones where no state is asked for."""

    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("Open"),
        choices=[(LATE, _("Open and late")), *OrderState.choices],
        method="at",
    )
    party = ChoiceFilter(label=_("Addressee"), empty_label=ALL, choices=addressees)
    district = district_filter()

    @property
    def order(self) -> tuple[str, ...]:
        """Open ones by the time left, closed ones newest first."""
        closed = self.form.wanted("state") == OrderState.CLOSED
        return NEWEST_FIRST if closed else BY_TIME_LEFT

    def at(self, found: Orders, _name: str, state: str) -> Orders:
        return orders.late(orders.opened(found)) if state == LATE else found.filter(state=state)

    def filter_queryset(self, found: Orders) -> Orders:
        left: Orders = super().filter_queryset(found)
        state = self.form.wanted("state")
        if state == OrderState.CLOSED:
            return left
        return orders.by_time_left(left if state else orders.opened(left))


class OwnOrders(WatchedOrders):
    party = None


class DistrictFilter(PageFilter):
    """For the page and for programs."""

    district = district_filter()


class ChargeFilter(DistrictFilter):
    """For the page and for programs."""

    payee = PayeeFilter(field_name="payee_affiliated")


class FiguresFilter(DistrictFilter):
    """For the page and for programs."""

    days = period_filter()


class LateFilter(PageFilter):
    """For the page and for programs."""

    district = district_filter()
    party = ChoiceFilter(label=_("Who was awaited"), empty_label=ALL, choices=late.parties)

    def __init__(self, data: Any, districts: set[str] | None, **more: Any) -> None:
        """`districts`: those that the person watches over; None means all."""
        super().__init__(data, late.late(districts), **more)
        self.districts = districts

    def filter_queryset(self, queryset: QuerySet[Clock]) -> Any:
        if party := self.form.wanted("party"):
            return late.of_party(self.here, party)
        return super().filter_queryset(queryset)

    @property
    def here(self) -> set[str] | None:
        return late.within(self.districts, self.form.wanted("district"))
