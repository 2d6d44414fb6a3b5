"""What narrows the list of payments."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from core.filters import PageFilter
from money.payments.models import TO_DO, Payment
from money.payments.workflow import PaymentState
from rules.filters import NO_STATE, district_filter

TODO = "to_do"
STATES = [(TODO, _("To be dealt with")), *PaymentState.choices[1:]]


def at(found: QuerySet[Payment], _name: str, state: str) -> QuerySet[Payment]:
    return found.filter(TO_DO) if state == TODO else found.filter(state=state)


class PaymentFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    state = ChoiceFilter(choices=STATES, error_messages=NO_STATE, method=at)
    district = district_filter()


class ListFilter(PageFilter):
    """For the page."""

    state = ChoiceFilter(label=_("State"), empty_label=_("All"), choices=STATES, method=at)
    district = district_filter()
