"""The events of a customer at a counter."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event, Message

EVENTS: Final = (
    Event("case.decision_confirmed", _("Confirmed by a code to the customer's phone")),
    Event(
        "case.went_to_counter",
        _("Gone on with at a counter"),
        message=Message(
            _("Case %(number)s goes on at a counter: %(office)s"),
            _(
                "Its clerks take your steps from now on, each with your code or signature. You can "
                "take the case back any time: follow it by its number and phone number."
            ),
        ),
    ),
    # No entry: these two say nothing of a step.
    Event(
        "case.counter_changed",
        _("Gone on with at a counter"),
        receipt=False,
        message=Message(
            _("Application %(number)s goes on at the counter of %(office)s"),
            _(
                "It does nothing without your code or signature. If that was not you, ring 95598 or"
                " 96598 now; you can take it back at “Follow a case”."
            ),
            channels=("sms",),
        ),
    ),
    Event(
        "case.decision_code_sent",
        _("Code for a decision at a counter sent"),
        receipt=False,
        message=Message(
            _("Your code is %(code)s: %(decision)s, application %(number)s"),
            _(
                "It holds for %(minutes)s minutes. Read it out to the clerk in front of you only if"
                " you want exactly this. Nobody rings you to ask for it."
            ),
            channels=("sms",),
        ),
    ),
)
