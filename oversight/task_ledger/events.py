"""The events of the task ledger."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event, Message

EVENTS: Final = (
    Event(
        "task.entered",
        _("Task entered"),
        receipt=False,
        message=Message(
            _("A task for you: %(name)s"),
            _("What is to be done, and by when, stands on its page."),
            to=["owner"],
        ),
    ),
    Event("task.noted", _("Progress of a task added"), receipt=False),
    Event(
        "task.claimed",
        _("Task said to be done"),
        receipt=False,
        message=Message(
            _("Said to be done: %(name)s"),
            _("A second person confirms it, or returns it with reasons."),
            to=["lead_agency"],
        ),
    ),
    Event(
        "task.confirmed",
        _("Task confirmed"),
        receipt=False,
        message=Message(_("Confirmed: %(name)s"), _("Nothing more is asked of you."), to=["owner"]),
    ),
    Event(
        "task.returned",
        _("Task returned"),
        receipt=False,
        message=Message(
            _("Returned: %(name)s"), _("Its page says why. Its day has not moved."), to=["owner"]
        ),
    ),
    Event(
        "task.due_moved",
        _("Day of a task moved"),
        receipt=False,
        message=Message(
            _("Due on another day: %(name)s"),
            _("Both days, and why, stand on its page."),
            to=["owner", "lead_agency"],
        ),
    ),
    Event(
        "task.cancelled",
        _("Task cancelled"),
        receipt=False,
        message=Message(_("Cancelled: %(name)s"), _("Its page says why."), to=["owner"]),
    ),
)
