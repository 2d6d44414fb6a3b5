"""What narrows the lists of reports; all of it by GET."""

from functools import partial
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from core.filters import ALL
from reliability.reports.kinds import ReportKind
from reliability.reports.queries import CLOCKED
from reliability.reports.workflow import ReportState
from rules.filters import NO_STATE, NOTHING
from workflow.clocked.filters import ClockedFilter, ClockedListFilter, state_filter

kind_filter: Final = partial(
    ChoiceFilter,
    label=_("What was reported"),
    empty_label=ALL,
    choices=ReportKind.choices,
    error_messages=NOTHING,
)


class ReportFilter(ClockedFilter):
    """For programs."""

    clocked = CLOCKED
    state = ChoiceFilter(choices=ReportState.choices, error_messages=NO_STATE)
    kind = kind_filter()


class ListFilter(ClockedListFilter):
    """For the page; those that are not closed where no state is asked for."""

    clocked = CLOCKED
    state = state_filter((ReportState.CLOSED, ReportState.CLOSED.label))
    kind = kind_filter()
