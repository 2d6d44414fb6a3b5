"""The events of an appointment, and what both sides are told of it."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, OWN, Event, Message

BOTH: Final = ("applicant", "staff")
BOOKED: Final = _("%(what)s: %(when)s, case %(number)s")
READY: Final = _("The page says what to have at hand, and moves or cancels the appointment.")
MOVED: Final = _("Moved to %(when)s: %(what)s, case %(number)s")
CANCELLED: Final = _("Cancelled: %(what)s, %(when)s, case %(number)s")
EVENTS: Final = (
    Event(
        "appointment.booked",
        _("Appointment booked"),
        message=Message(
            BOOKED, READY, to=BOTH, channels=EVERYWHERE, variants={OWN: (BOOKED, READY)}
        ),
    ),
    Event(
        "appointment.moved",
        _("Appointment moved"),
        message=Message(MOVED, READY, to=BOTH, channels=EVERYWHERE, variants={OWN: (MOVED, READY)}),
    ),
    Event(
        "appointment.cancelled",
        _("Appointment cancelled"),
        message=Message(
            CANCELLED,
            _("The page says why, and by whom. Another one can be booked there."),
            to=BOTH,
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "appointment.lapsed",
        _("Appointment lapsed: the case has gone on"),
        receipt=False,
        message=Message(
            CANCELLED,
            _("The case has gone on or ended, so nobody comes."),
            to=BOTH,
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "appointment.reminded",
        _("Both sides reminded of the appointment"),
        receipt=False,
        message=Message(
            _("Soon: %(what)s, %(when)s, case %(number)s"),
            READY,
            to=BOTH,
            channels=EVERYWHERE,
        ),
    ),
    Event("appointment.held", _("Appointment took place")),
    Event(
        "appointment.not_held",
        _("Appointment did not take place"),
        message=Message(
            _("It did not take place: %(what)s, %(when)s, case %(number)s"),
            _("The page says why, and by whom. Another one can be booked there."),
            to=BOTH,
        ),
    ),
)
