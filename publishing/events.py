from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event, Message

#: Of drafts that a second person must check; no entries: nothing is in force by them.
OFFERED: Final = "table_draft.offered"
GIVEN_BACK: Final = "table_draft.given_back"
PUBLISHED: Final = "table_draft.published"
EVENTS: Final = (
    Event(
        OFFERED,
        _("Draft offered to be checked"),
        receipt=False,
        message=Message(
            _("%(table)s: a draft waits for a second person"),
            _(
                "You keep this table and did not prepare the draft: check it, then publish it or "
                "give it back."
            ),
        ),
    ),
    Event(
        GIVEN_BACK,
        _("Draft given back"),
        receipt=False,
        message=Message(
            _("%(table)s: your draft was given back"), _("The draft says why, and by whom.")
        ),
    ),
    Event(
        PUBLISHED,
        _("Draft checked and published"),
        receipt=False,
        message=Message(
            _("%(table)s: your draft was checked and published as number %(number)s"),
            _("It is in force as it says, and public."),
        ),
    ),
    Event("fees.published", _("Fee catalogue published"), receipt=False),
    Event("payees.published", _("Payees published"), receipt=False),
    Event("prices.published", _("Price policies published"), receipt=False),
    Event("capacity.published", _("Open capacity published"), receipt=False),
    Event("points.published", _("Connection points published"), receipt=False),
    Event("outages.published", _("Outages published"), receipt=False),
    Event("customers.published", _("Numbers of customers published"), receipt=False),
    Event("roads.published", _("Roads that may not be dug published"), receipt=False),
    Event("policies.published", _("Approval policy documents published"), receipt=False),
    Event("group.published", _("Working group published"), receipt=False),
    Event("projects.published", _("Grid projects published"), receipt=False),
    Event("training.published", _("Training and promotion published"), receipt=False),
    Event("practices.published", _("Good practice published"), receipt=False),
    Event("news.published", _("News and explanations published"), receipt=False),
    Event("rental.published", _("Units for rent published"), receipt=False),
    Event("areas.published", _("Areas of the map published"), receipt=False),
)
