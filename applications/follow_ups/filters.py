"""What narrows the lists of follow-ups; all of it by GET."""

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from applications.follow_ups.queries import CLOCKED
from applications.follow_ups.workflow import FollowUpState
from rules.filters import NO_STATE
from workflow.clocked.filters import ClockedFilter, ClockedListFilter, state_filter


class FollowUpFilter(ClockedFilter):
    """For programs."""

    clocked = CLOCKED
    state = ChoiceFilter(choices=FollowUpState.choices, error_messages=NO_STATE)


class ListFilter(ClockedListFilter):
    """For the page; open ones where no state is asked for."""

    clocked = CLOCKED
    state = state_filter((FollowUpState.CLOSED, _("Closed")))
