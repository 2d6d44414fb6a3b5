"""What the acts around a supply plan wait for, read off the columns that the case keeps of it."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from applications.plans.queries import lapsed_words, unfinished_words
from applications.states import State
from workflow.machine import Guard

#: What is built by a plan is begun while it holds.
PLAN_HOLDS: Final = Guard(lambda case: not case.plan_has_lapsed(), lapsed_words)
PLAN_LAPSED: Final = Guard(
    lambda case: case.plan_has_lapsed(), _("The supply plan of this case has not lapsed.")
)
PLAN_DATED: Final = Guard(
    lambda case: case.plan_lapses_at is not None,
    _("No rule says how long the supply plan holds."),
)
PROLONGATION_ASKED: Final = Guard(
    lambda case: case.prolongation_months > 0, _("Nobody asks to prolong the supply plan.")
)
PROLONGATION_UNASKED: Final = Guard(
    lambda case: case.prolongation_months == 0, _("The applicant has not answered yet.")
)
LINES_LEFT: Final = Guard(
    lambda case: case.open_lines > 0,
    _("No line of the plan is left for the supply company to build."),
)
#: The applicant's works are complete once the company's part of the plan is there.
LINES_BUILT: Final = Guard(
    lambda case: case.open_lines == 0 or case.state != State.WORKS, unfinished_words
)
