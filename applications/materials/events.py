"""The events of an order of materials or a meter. The same names are told to the supply chain's
system and by it; the applicant reads how it stands on the page of the case."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event, Message

EVENTS: Final = (
    Event("material.ordered", _("Materials ordered"), receipt=False),
    Event("material.cancelled", _("Order of materials cancelled"), receipt=False),
    Event("material.acknowledged", _("Order taken on by the supply chain"), receipt=False),
    Event("material.dispatched", _("Materials on the way"), receipt=False),
    Event("material.delivered", _("Materials delivered"), receipt=False),
    Event(
        "material.refused",
        _("Order not taken on by the supply chain"),
        receipt=False,
        message=Message(
            _("Case %(number)s: what was ordered is not to be had"),
            _("The page of the case says what it is, and why. It can be ordered anew there."),
            to=("desk",),
        ),
    ),
)
