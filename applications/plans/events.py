"""The events of a supply plan: what each is called, and what is said of it."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from applications.events import FOR_YOU, told
from applications.states import State
from core.events import EVERYWHERE, Event

EVENTS: Final = (
    Event(
        "case.plan_replied",
        _("Supply plan replied"),
        message=told(
            _("Case %(number)s: the supply plan is here"),
            _("Please read the plan and confirm it, or say why you do not agree."),
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "case.plan_answered",
        _("Supply plan answered"),
        outcomes={
            State.PLAN_CONFIRMED: _("Supply plan confirmed"),
            State.ACCEPTED: _("Another supply plan asked for"),
        },
        message=told(
            _("Case %(number)s: the supply plan is confirmed"),
            FOR_YOU,
            {"accepted": (_("Case %(number)s: another supply plan was asked for"), FOR_YOU)},
        ),
    ),
    Event(
        "case.prolongation_proposed",
        _("Longer validity of the plan proposed"),
        message=told(
            _("Case %(number)s: shall the supply plan hold longer?"),
            _("The supply company asks to prolong the plan. Without your yes it stays as it is."),
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "case.prolongation_answered",
        _("Longer validity of the plan answered"),
        message=told(_("Case %(number)s: whether the plan holds longer is answered"), FOR_YOU),
    ),
    Event(
        "case.plan_line_finished",
        _("Works of the supply company finished"),
        message=told(
            _("Case %(number)s: the supply company has finished its part"),
            _("All that the plan has it build is there. The case page shows your next step."),
            where=lambda case: case.open_lines == 0,
        ),
    ),
)
