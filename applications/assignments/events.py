"""The events of assignments and of the grid cells that they go by."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event, Message

EVENTS: Final = (
    Event(
        "case.assigned",
        _("Case assigned"),
        receipt=False,
        message=Message(
            _("Case %(number)s is yours"),
            _("It has been assigned to you. It stands in your work list."),
            variants={
                "former": (
                    _("Case %(number)s is somebody else's from now on"),
                    _("It has been assigned to somebody else. You need do nothing more in it."),
                ),
                "applicant": (
                    _("Case %(number)s: somebody else looks after it from now on"),
                    _("The limits stay as they are. The case page shows whom to ask."),
                ),
            },
        ),
    ),
    Event("case.unassigned", _("To be assigned anew: the manager's role ended"), receipt=False),
    Event("grid_cell.kept", _("Grid cell made or changed"), receipt=False),
    Event("grid_cell.ended", _("Grid cell ended"), receipt=False),
)
