"""What narrows the lists of complaints about interruptions; all of it by GET."""

from django_filters import ChoiceFilter

from core.filters import TruthFilter
from oversight.interruptions.queries import CLOCKED, URGENT_FIRST
from oversight.interruptions.workflow import ENDED, InterruptionState
from rules.filters import NO_STATE
from workflow.clocked.filters import ClockedFilter, ClockedListFilter, state_filter


class InterruptionFilter(ClockedFilter):
    """For programs."""

    clocked = CLOCKED
    state = ChoiceFilter(choices=InterruptionState.choices, error_messages=NO_STATE)
    power_on = TruthFilter(field_name="power_on")


class ListFilter(ClockedListFilter):
    """For the page; open ones where no state is asked for."""

    clocked = CLOCKED
    state = state_filter(*((state, state.label) for state in ENDED))

    @property
    def order(self) -> tuple[str, ...]:
        """Of open ones those whose power is still off first, then by the time left."""
        return super().order if self.ended else URGENT_FIRST
