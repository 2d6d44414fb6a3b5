from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event

EVENTS: Final = (
    Event("fees.published", _("Fee catalogue published"), receipt=False),
    Event("payees.published", _("Payees published"), receipt=False),
    Event("prices.published", _("Price policies published"), receipt=False),
    Event("capacity.published", _("Open capacity published"), receipt=False),
    Event("points.published", _("Connection points published"), receipt=False),
    Event("outages.published", _("Outages published"), receipt=False),
    Event("customers.published", _("Numbers of customers published"), receipt=False),
    Event("roads.published", _("Roads that may not be dug published"), receipt=False),
    Event("rental.published", _("Units for rent published"), receipt=False),
    Event("areas.published", _("Areas of the map published"), receipt=False),
)
