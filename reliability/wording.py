"""The words around the four published tables: captions, and why one is empty."""

from django.utils.translation import gettext_lazy as _

from grid.models import Kind
from grid.pages import Wording

WORDS: dict[str, Wording] = {
    Kind.FEES: Wording(
        _("Fee catalogue"),
        _("No charge item is published"),
        _(
            "The supply company has not published a catalogue yet. Until it does, nothing may be "
            "charged for a connection: only an item of the published catalogue in force that day "
            "may be charged (Regulation on Optimizing the Business Environment, article 25). "
            "Whoever is asked to pay can call one of the hotlines below."
        ),
    ),
    Kind.CAPACITY: Wording(
        _("Open capacity by line"),
        _("No open capacity is published"),
        _(
            "The supply company has not published figures here yet, which does not mean that "
            "there is no capacity. An application is answered all the same; call one of the "
            "hotlines below to ask about a place."
        ),
    ),
    Kind.OUTAGES: Wording(
        _("Outages"),
        _("No outage is published here"),
        _(
            "The supply company has published no outage here, which does not mean that there is "
            "none. If your power is off, call one of the hotlines below."
        ),
    ),
    Kind.CUSTOMERS: Wording(
        _("Customers served"),
        _("No number of customers is published"),
        _(
            "Without the number of customers served no reliability figure can be computed: the "
            "figures say “no data”, not zero."
        ),
    ),
}


def words_of(kind: str) -> Wording:
    """The words around the table of a kind."""
    return WORDS[kind]
