"""Forms of findings and orders: the filters of the lists, a new order, the words of each step."""

from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.work.filters import ANY
from applications.work.filters import districts as any_district
from core.forms import BodyForm, form_of
from oversight import late, orders
from oversight import serializers as bodies
from oversight.addressees import parties
from oversight.detectors import DETECTORS
from oversight.loaded import CALENDAR, RULES
from oversight.models import Finding, RectificationOrder
from oversight.queries import NEWEST_FIRST
from oversight.serializers import bounds, policy
from oversight.workflow import ANSWERS, FindingState, OrderState
from rules.city import city
from workflow.machine import acts_of

OPEN, LATE = "", "late"


class Filter(forms.Form):
    """What narrows a list, by GET; a value that does not exist is refused, and narrows nothing."""

    #: Names in addresses, and columns that have another.
    columns = {"sign": "detector"}

    @property
    def order(self) -> tuple[str, ...]:
        return NEWEST_FIRST

    @property
    def active(self) -> bool:
        return any(self.wanted.values())

    @property
    def wanted(self) -> dict[str, str]:
        """The filters that are set."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name, "")) for name in self.fields}

    def narrow(self, found: QuerySet[Any]) -> QuerySet[Any]:
        """Return what the filters leave, with what it is sorted by."""
        wanted = {self.columns.get(name, name): value for name, value in self.wanted.items()}
        return found.filter(**{name: value for name, value in wanted.items() if value})


class FindingFilter(Filter):
    sign = forms.ChoiceField(
        label=_("Sign"),
        required=False,
        choices=lambda: [ANY, *((each.code, each.name) for each in DETECTORS.values())],
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *FindingState.choices]
    )
    party = forms.ChoiceField(
        label=_("Who explains"), required=False, choices=lambda: [ANY, *parties()]
    )
    district = forms.ChoiceField(label=_("District"), required=False, choices=any_district)


class OrderFilter(Filter):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(OPEN, _("Open")), (LATE, _("Open and late")), *OrderState.choices],
    )
    party = forms.ChoiceField(
        label=_("Addressee"), required=False, choices=lambda: [ANY, *parties()]
    )
    district = forms.ChoiceField(label=_("District"), required=False, choices=any_district)

    @property
    def order(self) -> tuple[str, ...]:
        """Open orders by time left, closed ones newest first."""
        closed = self.wanted["state"] == OrderState.CLOSED
        return NEWEST_FIRST if closed else orders.BY_TIME_LEFT

    def narrow(self, found: QuerySet[RectificationOrder]) -> QuerySet[RectificationOrder]:
        """Return the orders that the filters leave, with what they are sorted by."""
        wanted = self.wanted
        state = wanted.pop("state")
        found = found.filter(**{name: value for name, value in wanted.items() if value})
        if state == OrderState.CLOSED:
            return found.filter(state=state)
        if state in (OPEN, LATE):
            found = orders.opened(found)
            return orders.by_time_left(orders.late(found) if state == LATE else found)
        return orders.by_time_left(found.filter(state=state))


class OwnFindingFilter(FindingFilter):
    party = None  # type: ignore[assignment]


class OwnOrderFilter(OrderFilter):
    party = None  # type: ignore[assignment]


class LateFilter(Filter):
    """What narrows the list of what is late."""

    district = forms.ChoiceField(label=_("District"), required=False, choices=any_district)
    party = forms.ChoiceField(
        label=_("Who answers for it"), required=False, choices=lambda: [ANY, *late.parties()]
    )


class LoadedFilter(forms.Form):
    """Whether calendars or rules are listed; calendars where nothing is asked for."""

    of = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[(CALENDAR, _("Working-day calendars")), (RULES, _("Rules of the city"))],
    )

    @property
    def kind(self) -> str:
        """What is asked for; a value that does not exist is refused under its field."""
        self.is_valid()
        return str(self.cleaned_data.get("of") or CALENDAR)


def bounds_words() -> str:
    """Return how many working days an order may give, with the clause."""
    allowed = bounds(policy())
    return gettext("Between %(least)s and %(most)s (%(clause)s).") % {
        "least": allowed.least, "most": allowed.most, "clause": allowed.clause,
    }  # fmt: skip


DAYS: Final = forms.IntegerField(
    label=_("Working days"),
    help_text=lazy(bounds_words, str)(),
    initial=lambda: bounds(policy()).usual,
    widget=forms.NumberInput(attrs={"class": "td-input--width-3"}),
)
NewOrderForm: Final = form_of(
    bodies.NewOrder,
    rows=6,
    controls={
        "party": forms.ChoiceField(label=_("Addressee"), choices=parties),
        "district": forms.ChoiceField(
            label=_("District"),
            choices=lambda: [(each.code, each.name) for each in city().districts],
        ),
        "permit": forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput),
        "days": DAYS,
    },
)
#: The form of each act that people take; no act of one machine has a name of the other's.
FORMS: Final[dict[str, type[BodyForm]]] = {
    name: form_of(
        said.body,
        rows=4 if name == "close" else 6,
        files=name in ANSWERS,
        controls={"days": DAYS},
    )
    for machine in (Finding, RectificationOrder)
    for name, said in acts_of(machine).items()
    if said.who
}
