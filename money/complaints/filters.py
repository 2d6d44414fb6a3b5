"""What narrows the lists of complaints; all of it by GET."""

from functools import partial
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from core.filters import ALL
from money.complaints.queries import CLOCKED
from money.complaints.workflow import ENDED, ComplaintState, Ground
from money.filters import PayeeFilter
from rules.filters import NO_STATE, NOTHING
from workflow.clocked.filters import ClockedFilter, ClockedListFilter, state_filter

ground_filter: Final = partial(
    ChoiceFilter,
    label=_("Ground"),
    empty_label=ALL,
    choices=Ground.choices,
    error_messages=NOTHING,
)
payee_filter: Final = partial(PayeeFilter, field_name="charge__payee_affiliated")


class ComplaintFilter(ClockedFilter):
    """For programs."""

    clocked = CLOCKED
    state = ChoiceFilter(choices=ComplaintState.choices, error_messages=NO_STATE)
    ground = ground_filter()
    payee = payee_filter()


class ListFilter(ClockedListFilter):
    """For the page; open ones where no state is asked for."""

    clocked = CLOCKED
    state = state_filter(*((state, state.label) for state in ENDED))
    ground = ground_filter()
    payee = payee_filter()
