"""What entries of the record are called, for pages that show them without their case."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.events import Event, catalogue, declare

Text = str | Promise

#: Entries about the city as a whole, which belong to no case.
CITY_EVENTS: Final[dict[str, Text]] = {
    "city.opened": _("Record begun"),
    "city.demonstration_opened": _("Record of a demonstration city begun"),
    "city.clock_moved": _("Clock of the demonstration city moved"),
    "role.granted": _("A role given to a person"),
    "role.revoked": _("A role ended"),
    "key.rotated": _("Key of the record replaced"),
    "record.gap_declared": _("Gap of the record declared after a restore"),
    "rules.loaded": _("New version of the city's rules let in"),
    "calendar.loaded": _("New working-day calendar let in"),
    "fees.published": _("Fee catalogue published"),
    "capacity.published": _("Open capacity published"),
    "outages.published": _("Outages published"),
    "customers.published": _("Numbers of customers published"),
}
#: Entries about signs of work outside the system and orders to put something right: said in full,
#: for here they stand alone.
WATCH_EVENTS: Final[dict[str, Text]] = {
    "signal.opened": _("Sign of work outside the system found"),
    "signal.extended": _("More found for a sign of work outside the system"),
    "signal.explained": _("Sign of work outside the system explained"),
    "signal.explanation_accepted": _("Explanation of a sign accepted"),
    "signal.confirmed": _("Sign of work outside the system confirmed"),
    "signal.ordered": _("Sign of work outside the system ordered to be put right"),
    "signal.put_right": _("Sign of work outside the system put right"),
    "order.issued": _("Order to put right issued"),
    "order.answered": _("Order to put right answered"),
    "order.returned": _("Answer to an order sent back"),
    "order.escalated": _("Order handed to the lead agency"),
    "order.closed": _("Order closed: put right"),
}
declare(Event(type_, words, receipt=False) for type_, words in (CITY_EVENTS | WATCH_EVENTS).items())


def events() -> dict[str, str]:
    """Return the words of every known entry, by its type, or by `type>state` where that differs."""
    plain = {event.type: str(event.words) for event in catalogue()}
    return plain | {
        f"{event.type}>{state}": str(words)
        for event in catalogue()
        for state, words in event.outcomes.items()
    }
