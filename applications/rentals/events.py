"""The events of a rental, and what both sides are told of it."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, Event, Message

CANCELLED: Final = _("Cancelled: %(what)s, %(when)s, case %(number)s")
EVENTS: Final = (
    Event(
        "rental.asked",
        _("Unit for rent asked for"),
        message=Message(
            _("Case %(number)s asks for %(what)s, %(when)s"),
            _("Its days are kept free until you confirm or decline."),
            to=("desk",),
        ),
    ),
    Event(
        "rental.confirmed",
        _("Rental confirmed"),
        message=Message(
            _("Confirmed: %(what)s, %(when)s, case %(number)s"),
            _("The page says where the unit stands and what it costs."),
            to=("applicant",),
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "rental.declined",
        _("Rental declined"),
        message=Message(
            _("Not rented: %(what)s, %(when)s, case %(number)s"),
            _("The page says why. Another unit or other days can be asked for there."),
            to=("applicant",),
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "rental.cancelled",
        _("Rental cancelled"),
        message=Message(
            CANCELLED,
            _("The page says why. Another unit or other days can be asked for there."),
            to=("applicant",),
            channels=EVERYWHERE,
        ),
    ),
    Event(
        "rental.withdrawn",
        _("Unit not wanted any more"),
        message=Message(CANCELLED, _("The page says why."), to=("desk",)),
    ),
    Event(
        "rental.lapsed",
        _("Rental cancelled: the case has ended"),
        receipt=False,
        message=Message(
            CANCELLED,
            _("The case has ended before the unit was handed over."),
            to=("applicant", "desk"),
        ),
    ),
    Event("rental.handed_over", _("Unit handed over")),
    Event("rental.returned", _("Unit returned")),
)
