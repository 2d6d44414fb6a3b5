"""What narrows the lists of enquiries; all of it by GET."""

from django_filters import ChoiceFilter

from applications.enquiries.queries import CLOCKED
from applications.enquiries.workflow import EnquiryState
from rules.filters import NO_STATE
from workflow.clocked.filters import ClockedFilter, ClockedListFilter, state_filter


class EnquiryFilter(ClockedFilter):
    """For programs."""

    clocked = CLOCKED
    state = ChoiceFilter(choices=EnquiryState.choices, error_messages=NO_STATE)


class ListFilter(ClockedListFilter):
    """For the page; open ones where no state is asked for."""

    clocked = CLOCKED
    state = state_filter((EnquiryState.ANSWERED, EnquiryState.ANSWERED.label))
