from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.events import Event, Message

EVENTS: Final = (
    Event(
        "signal.opened",
        _("Finding of work outside the system found"),
        receipt=False,
        message=Message(
            _("Finding %(number)s: please explain"),
            _(
                "The record shows what may be work outside the system. "
                "Look at the entries behind it and say how it came about."
            ),
            to=["addressee"],
        ),
    ),
    Event(
        "signal.extended", _("More found for a finding of work outside the system"), receipt=False
    ),
    Event(
        "signal.explained",
        _("Finding of work outside the system explained"),
        receipt=False,
        message=Message(
            _("Finding %(number)s was explained"),
            _("Read the explanation, then accept it or confirm the finding."),
            to=["regulator"],
        ),
    ),
    Event(
        "signal.explanation_accepted",
        _("Explanation of a finding accepted"),
        receipt=False,
        message=Message(
            _("Finding %(number)s: the explanation was accepted"),
            _("Nothing more is asked of you."),
            to=["addressee"],
        ),
    ),
    Event(
        "signal.confirmed",
        _("Finding of work outside the system confirmed"),
        receipt=False,
        message=Message(
            _("Finding %(number)s was confirmed"),
            _("The finding's page shows why. An order to put it right may follow."),
            to=["addressee"],
        ),
    ),
    Event(
        "signal.ordered",
        _("Finding of work outside the system ordered to be put right"),
        receipt=False,
    ),
    Event("signal.put_right", _("Finding of work outside the system put right"), receipt=False),
    Event(
        "order.issued",
        _("Order to put right issued"),
        receipt=False,
        message=Message(
            _("Order %(number)s: something is to be put right"),
            ngettext_lazy(
                "%(days)s working day is given. Read the order and answer it in time.",
                "%(days)s working days are given. Read the order and answer it in time.",
                "days",
            ),
            to=["addressee"],
        ),
    ),
    Event(
        "order.answered",
        _("Order to put right answered"),
        receipt=False,
        message=Message(
            _("Order %(number)s has been answered"),
            _("Read the answer and its files; close the order, or send the answer back."),
            to=["deciding"],
        ),
    ),
    Event(
        "order.returned",
        _("Answer to an order sent back"),
        receipt=False,
        message=Message(
            _("Order %(number)s: the answer was sent back"),
            _("The order page says what is missing. The clock goes on with the days already used."),
            to=["addressee"],
        ),
    ),
    Event(
        "order.escalated",
        _("Order handed to the lead agency"),
        receipt=False,
        message=Message(
            _("Order %(number)s is with the lead agency"),
            _("The order page says why. It is still to be answered; its clock runs on."),
            to=["addressee", "lead_agency"],
        ),
    ),
    Event(
        "order.closed",
        _("Order closed: put right"),
        receipt=False,
        message=Message(
            _("Order %(number)s is closed"),
            _("What it named counts as put right."),
            to=["addressee"],
        ),
    ),
    # No entry of its own: the breach of the clock is.
    Event(
        "order.late",
        _("Order is late"),
        receipt=False,
        message=Message(
            _("Order %(number)s is late"),
            _("Its last day has passed without an answer. It can be handed to the lead agency."),
            to=["addressee", "deciding"],
        ),
    ),
)
